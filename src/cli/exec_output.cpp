#include "cli/exec_output.h"

namespace kamal::cli {

ExecOutput::ExecOutput(Context& context) : context_(context) {
  if (context.options.flag("raw")) only_errors_.emplace(context.output, sshkit::Verbosity::error);
}

void ExecOutput::show(const Host& host, const sshkit::StepResult& result) {
  if (only_errors_) return context_.output.raw(result.out);
  context_.puts_by_host(host, result.text());
}

}  // namespace kamal::cli
