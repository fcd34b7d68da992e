#pragma once

#include <string>

#include "kamal/config/configuration.h"
#include "kamal/secrets/secrets.h"
#include "kamal/support/command.h"

namespace kamal::commands {

// The image registry: the app's, or an accessory's own.
class Registry {
 public:
  explicit Registry(const config::Configuration& config) : registry_(config.registry), key_("registry") {}
  // An accessory's: its own where it has one, else the app's.
  Registry(const config::Configuration& config, const config::Accessory& accessory);

  bool local() const { return registry_.local(); }
  // Whose log-in docker keeps: nothing for Docker Hub's, however it is written.
  std::string server() const;
  // The password goes in by standard input. Empty for a local registry, which wants no log-in.
  Command login(const Secrets& secrets) const;
  Command logout() const;
  // The local registry's container.
  Command setup() const;
  Command start() const;  // where it is there already
  Command remove() const;

 private:
  const config::Registry& registry_;
  std::string key_;  // where deploy.yml says it, for messages
};

}  // namespace kamal::commands
