#include "cli/registry_login.h"

namespace kamal::cli {

RegistryLogin::RegistryLogin(Context& context, const commands::Registry& registry,
                             const std::vector<Host>& hosts)
    : context_(context),
      server_(registry.server()),
      login_(hosts.empty() ? Command() : registry.login(context.secrets())) {}

void RegistryLogin::add_to(sshkit::Steps& steps, const Host& host) const {
  if (login_.empty()) return;
  const std::string account = login_.shell_text() + "\n" + login_.input().value_or("");
  if (context_.changes_account(host, server_, account)) steps.push_back(sshkit::Step::run(login_));
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
  context.on(hosts, [&](sshkit::Remote& remote) {
    sshkit::Steps steps;
    login.add_to(steps, remote.host());
    remote.run(steps);
  });
}

}  // namespace kamal::cli
