#include "cli/hooks.h"

#include <fmt/format.h>
#include <unistd.h>

#include <filesystem>

#include "cli/errors.h"
#include "cli/selection.h"
#include "kamal/commands/hook.h"

namespace kamal::cli {
namespace {

commands::Tags details_of(const Context& context, const HookCall& call) {
  commands::Tags details = {{"hosts", call.hosts.value_or(joined(context.selection().hosts(), ","))}};
  if (const auto& roles = context.selection().specific_roles())
    details.emplace_back("roles", joined(*roles, ","));
  details.emplace_back("lock", context.lock.held() ? "true" : "false");
  details.emplace_back("command", context.invocation.command_name());
  if (const auto subcommand = context.invocation.subcommand_name())
    details.emplace_back("subcommand", *subcommand);
  if (call.runtime) details.emplace_back("runtime", *call.runtime);
  return details;
}

// -v and -q decide; without them hooks_output of the configuration does.
sshkit::Verbosity verbosity_of(const Context& context, const std::string& hook) {
  const sshkit::Verbosity asked = context.output.verbosity();
  if (asked != sshkit::Verbosity::info) return asked;
  switch (context.config.hook_output(hook)) {
    case config::HookOutput::verbose:
      return sshkit::Verbosity::debug;
    case config::HookOutput::quiet:
      return sshkit::Verbosity::error;
    case config::HookOutput::unset:
      break;
  }
  return asked;
}

}  // namespace

void run_hook(Context& context, const std::string& hook, const HookCall& call) {
  const commands::Hook hooks(context.config);
  if (context.options.flag("skip_hooks") || !std::filesystem::exists(hooks.file(hook))) return;
  const Secrets* const secrets = call.secrets == HookSecrets::pass ? &context.secrets() : nullptr;
  sshkit::Local::Options options;
  options.env = hooks.env(context.tag_facts(call.version ? *call.version : context.version()),
                          details_of(context, call), secrets);
  const sshkit::VerbosityScope scope(context.output, verbosity_of(context, hook));
  try {
    context.local.execute(hooks.run(hook), options);
  } catch (const sshkit::CommandFailed& failure) {
    const std::string file = hooks.file(hook);
    const bool executable = access(file.c_str(), X_OK) == 0;
    throw Error(ErrorKind::hook,
                fmt::format("Hook `{}` failed:\n{}{}", hook, failure.what(),
                            executable ? "" : "\nIt is not executable; run: chmod +x " + file));
  }
}

}  // namespace kamal::cli
