#include "cli/exec.h"

#include <fmt/format.h>

#include "cli/registry/registry.h"

namespace kamal::cli {

void refuse_with(const Context& context, const char* option, std::initializer_list<const char*> others) {
  if (!context.options.flag(option)) return;
  for (const char* other : others) {
    if (context.options.flag(other))
      throw UsageError(fmt::format("--{} can't be used with --{}", option, other));
  }
}

void require_command(const std::string& text, const char* usage) {
  if (text.empty()) throw UsageError(fmt::format("No command given. Usage: {}", usage));
}

ExecOutput::ExecOutput(Context& context) : context_(context) {
  if (context.options.flag("raw")) only_errors_.emplace(context.output, sshkit::Verbosity::error);
}

void ExecOutput::show(const Host& host, const sshkit::StepResult& result) {
  if (only_errors_) return context_.output.raw(result.out);
  context_.puts_by_host(host, result.text());
}

void run_interactively(Context& context, const Host& host, const Command& command) {
  sshkit::Server& server = context.servers.server(host);  // may ask for a passphrase
  const LiveLines::Pause pause(context.effects.live_lines);
  const int status = server.run_interactively(command);
  if (status != 0) throw ExitStatus{status};
}

void run_interactively_in_container(Context& context, const Host& host, const std::string& image,
                                    const std::function<Command(commands::Interaction)>& command) {
  RegistryForwarding forwarding;
  if (!context.options.flag("reuse")) {
    log_in_to_registry(context, {host});
    forwarding = forward_registry_for_missing(context, {host}, image);
  }
  run_interactively(context, host,
                    command(context.effects.in_is_terminal ? commands::Interaction::terminal
                                                           : commands::Interaction::pipe));
}

const char* which_container(const Context& context) {
  return context.options.flag("reuse") ? "existing" : "new";
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
