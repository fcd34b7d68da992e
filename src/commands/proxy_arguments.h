#pragma once

#include <optional>
#include <string>
#include <string_view>

#include "kamal/config/configuration.h"
#include "kamal/support/command.h"
#include "kamal/support/names.h"

namespace kamal::commands {

// Who is deployed behind kamal-proxy: a role, or an accessory (which has no role name).
struct ProxyDeploy {
  const config::Configuration& config;
  const config::Proxy& proxy;
  const Version& version;
  std::optional<RoleName> role;
};

// kamal-proxy's own command line, run in its container.
Command proxy_exec(Arguments arguments);
// The options of `kamal-proxy deploy`.
Arguments deploy_arguments(const ProxyDeploy& deploy, std::string_view target);

}  // namespace kamal::commands
