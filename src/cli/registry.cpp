#include "kamal/commands/registry.h"

#include <fmt/format.h>

#include "cli/build/build_place.h"
#include "cli/groups.h"

namespace kamal::cli {
namespace {

bool here(const Context& context) { return !context.options.flag("skip_local"); }
bool on_servers(const Context& context) { return !context.options.flag("skip_remote"); }

void refuse_local_registry(const Context& context, const char* command, const char* instead) {
  if (!context.config.registry.local()) return;
  throw UsageError(fmt::format("Cannot use {} command with a local registry. Use `kamal registry {}` instead",
                               command, instead));
}

}  // namespace

void registry_setup(Context& context) {
  const commands::Registry registry(context.config);
  if (!here(context) && !on_servers(context)) return;
  const Command login = registry.login(context.secrets());
  if (here(context)) ensure_docker_installed(context);
  if (registry.local()) {
    if (here(context)) context.local.execute(registry.setup());
    return;
  }
  if (here(context)) context.local.execute(login);
  if (on_servers(context)) {
    context.on(context.selection().hosts(), [&](sshkit::Remote& remote) { remote.execute(login); });
  }
}

void registry_remove(Context& context) {
  const commands::Registry registry(context.config);
  if (registry.local()) {
    sshkit::Local::Options go_on;
    go_on.on_failure = sshkit::OnFailure::ignore;
    if (here(context)) context.local.execute(registry.remove(), go_on);
    return;
  }
  if (here(context)) context.local.execute(registry.logout());
  if (on_servers(context)) {
    context.on(context.selection().hosts(),
               [&](sshkit::Remote& remote) { remote.execute(registry.logout()); });
  }
}

void registry_login(Context& context) {
  refuse_local_registry(context, "login", "setup");
  registry_setup(context);
}

void registry_logout(Context& context) {
  refuse_local_registry(context, "logout", "remove");
  registry_remove(context);
}

}  // namespace kamal::cli
