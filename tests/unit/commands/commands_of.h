#pragma once

#include <string>

#include "kamal/commands/accessory.h"
#include "kamal/commands/app.h"
#include "support/deploy_file.h"

namespace kamal::commands {

// The commands of a role on a host. They refer to the configuration.
inline App app_of(const config::Configuration& config, const std::string& role = "web",
                  const std::string& host = "1.1.1.1", const std::string& version = "v1") {
  const config::Role* found = config.role(RoleName(role));
  if (found == nullptr) throw std::logic_error("no role " + role);
  return {config, Version(version), *found, Host(host)};
}

inline Accessory accessory_of(const config::Configuration& config, const std::string& name = "db") {
  const config::Accessory* found = config.accessory(name);
  if (found == nullptr) throw std::logic_error("no accessory " + name);
  return {config, *found, Version("v1")};
}

inline std::string text(const Command& command) { return command.shell_text(); }

}  // namespace kamal::commands
