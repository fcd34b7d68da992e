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
  // An accessory's: its own if it has one, else the app's.
  Registry(const config::Configuration& config, const config::Accessory& accessory);

  bool local() const { return registry_.local(); }
  // The server docker logs in to: empty for Docker Hub, however it is written.
  std::string server() const;
  // The password is passed on stdin. Empty for a local registry, which needs no login.
  Command login(const Secrets& secrets) const;
  Command logout() const;
  // The local registry's container.
  Command setup() const;
  Command start() const;  // if it already exists
  Command remove() const;

 private:
  const config::Registry& registry_;
  std::string key_;  // its key in deploy.yml, for messages
};

}  // namespace kamal::commands
