#include "cli/exec.h"

namespace kamal::cli {

ExecOutput::ExecOutput(Context& context) : context_(context) {
  if (context.options.flag("raw")) only_errors_.emplace(context.output, sshkit::Verbosity::error);
}

void ExecOutput::show(const Host& host, const sshkit::StepResult& result) {
  if (only_errors_) return context_.output.raw(result.out);
  context_.console.puts_by_host(host, result.text());
}

void exit_unless_successful(int status) {
  if (status != 0) throw ExitStatus{status};
}

OptionSpec interactive_option() {
  return {
      .name = "interactive", .short_name = 'i', .help = "Attach your terminal, on one host (for consoles)"};
}

OptionSpec reuse_option() {
  return {.name = "reuse", .help = "Run in the existing container, not a new one"};
}

OptionSpec raw_option() { return {.name = "raw", .help = "Print only the command's raw stdout"}; }

}  // namespace kamal::cli
