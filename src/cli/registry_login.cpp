#include "cli/registry_login.h"

#include "kamal/commands/registry.h"

namespace kamal::cli {

void add_registry_login(Context& context, const Host& host, sshkit::Steps& steps) {
  Command login = commands::Registry(context.config).login(context.secrets());
  if (!login.empty() && context.first_time("registry", host)) steps.push_back(step(std::move(login)));
}

void log_in_to_registry(Context& context, const std::vector<Host>& hosts) {
  context.on(hosts, [&](sshkit::Remote& remote) {
    sshkit::Steps steps;
    add_registry_login(context, remote.host(), steps);
    remote.run(steps);
  });
}

}  // namespace kamal::cli
