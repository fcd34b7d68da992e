#pragma once

#include <optional>
#include <string>
#include <string_view>
#include <vector>

#include "kamal/config/configuration.h"
#include "kamal/support/command.h"
#include "kamal/support/names.h"

namespace kamal::commands {

// What is deployed behind kamal-proxy: a role, or an accessory (which has no role name).
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

inline constexpr const char* default_proxy_image = "basecamp/kamal-proxy";

// --publish for both of kamal-proxy's ports, on all addresses or on some.
std::vector<std::string> publishing(const std::string& http_port, const std::string& https_port,
                                    const std::optional<std::vector<std::string>>& addresses);
// --log-opt max-size; nothing for a blank size.
std::vector<std::string> log_size(const std::string& size);
// Default options of `docker run`, if neither deploy.yml nor boot_config sets any.
std::string default_boot_options();

}  // namespace kamal::commands
