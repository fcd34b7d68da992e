#include "cli/registry_login.h"

#include "kamal/commands/registry.h"

namespace kamal::cli {

void add_registry_login(Context& context, const Host& host, sshkit::Steps& steps) {
  Command login = commands::Registry(context.config).login(context.secrets());
  if (!login.empty() && context.first_time("registry", host)) steps.push_back(step(std::move(login)));
}

}  // namespace kamal::cli
