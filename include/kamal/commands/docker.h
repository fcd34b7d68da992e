#pragma once

#include <string>

#include "kamal/config/configuration.h"
#include "kamal/secrets/secrets.h"
#include "kamal/support/command.h"

namespace kamal::commands {

// Docker itself, on a server.
Command install_docker();
Command docker_installed();  // its client
Command superuser();         // may we install packages and start services?
Command root();
Command in_docker_group();
Command add_to_docker_group();  // takes effect at the next login
Command create_network();
Command inspect_image(const std::string& image);  // fails if the host lacks it

// Docker on this machine.
Command local_docker_installed();
Command local_buildx_installed();
Command local_architecture();  // of its daemon: x86_64, aarch64

// For `build dev`: an image of the build context that lists its files.
std::string context_check_dockerfile();
Command build_context_check(const std::string& dockerfile);
Command list_context_check();

// Removes what old deploys leave on a server.
class Prune {
 public:
  explicit Prune(const config::Configuration& config) : config_(config) {}

  Command dangling_images() const;
  Command tagged_images() const;
  Command app_containers(int retain) const;  // stopped ones, all but the newest `retain`

 private:
  Arguments service_filter() const;

  const config::Configuration& config_;
};

// The container of the local registry, on this machine.
inline constexpr const char* local_registry_name = "kamal-docker-registry";

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
