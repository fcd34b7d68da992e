#include "cli/registry/registry.h"

#include <fmt/format.h>

#include "cli/build/location.h"

namespace kamal::cli {
namespace {

bool here(const Context& context) { return !context.options.flag("skip_local"); }
bool on_servers(const Context& context) { return !context.options.flag("skip_remote"); }

void refuse_local_registry(const Context& context, const char* command, const char* instead) {
  if (!context.config.registry.local()) return;
  throw UsageError(fmt::format("Cannot use {} command with a local registry. Use `kamal registry {}` instead",
                               command, instead));
}

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
    context.servers.on(context.selection().hosts(), [&](sshkit::Remote& remote) { remote.execute(login); });
  }
}

void registry_remove(Context& context) {
  const commands::Registry registry(context.config);
  if (registry.local()) {
    sshkit::Local::Options options;
    options.on_failure = sshkit::OnFailure::ignore;
    if (here(context)) context.local.execute(registry.remove(), options);
    return;
  }
  if (here(context)) context.local.execute(registry.logout());
  if (on_servers(context)) {
    context.servers.on(context.selection().hosts(),
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

std::vector<OptionSpec> skip_options() {
  return {{.name = "skip_local", .short_name = 'L', .help = "Skip this machine"},
          {.name = "skip_remote", .short_name = 'R', .help = "Skip the servers"}};
}

}  // namespace

RegistryLogin::RegistryLogin(Context& context, const commands::Registry& registry,
                             const std::vector<Host>& hosts)
    : context_(context),
      server_(registry.server()),
      login_(hosts.empty() ? Command() : registry.login(context.secrets())) {}

void RegistryLogin::add_to(sshkit::Steps& steps, const Host& host) const {
  if (login_.empty()) return;
  const std::string account = login_.shell_text() + "\n" + login_.input().value_or("");
  if (context_.servers.mark_login(host, server_, account)) steps.push_back(sshkit::Step::run(login_));
}

void check_registry_credentials(const Context& context, const std::vector<Host>& hosts) {
  if (!hosts.empty()) static_cast<void>(commands::Registry(context.config).login(context.secrets()));
}

void check_registry_credentials(const Context& context, const std::vector<Host>& hosts,
                                const config::Accessory& accessory) {
  if (!hosts.empty())
    static_cast<void>(commands::Registry(context.config, accessory).login(context.secrets()));
}

void add_registry_login(Context& context, const Host& host, sshkit::Steps& steps) {
  RegistryLogin(context, commands::Registry(context.config), {host}).add_to(steps, host);
}

void log_in_to_registry(Context& context, const std::vector<Host>& hosts) {
  const RegistryLogin login(context, commands::Registry(context.config), hosts);
  context.servers.on(hosts, [&](sshkit::Remote& remote) {
    sshkit::Steps steps;
    login.add_to(steps, remote.host());
    remote.run(steps);
  });
}

std::vector<CommandSpec> registry_commands() {
  return {
      {.name = "login",
       .summary = "Log in locally and on the servers",
       .options = skip_options(),
       .examples = {"kamal registry login", "kamal registry login -L"},
       .run = registry_login},
      {.name = "logout",
       .summary = "Log out locally and on the servers",
       .options = skip_options(),
       .run = registry_logout},
      {.name = "remove",
       .summary = "Remove the local registry or log out of a remote one",
       .options = skip_options(),
       .run = registry_remove},
      {.name = "setup",
       .summary = "Start the local registry or log in to a remote one",
       .options = skip_options(),
       .run = registry_setup},
  };
}

}  // namespace kamal::cli
