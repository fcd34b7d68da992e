#pragma once

#include <string>

#include "kamal/config/configuration.h"
#include "kamal/support/command.h"

namespace kamal::commands {

// Docker itself, on a server.
Command install_docker();
Command docker_installed();  // its client
Command superuser();         // may we install packages and start services?
Command root();
Command in_docker_group();
Command add_to_docker_group();  // needs a new log-in afterwards
Command create_network();
Command inspect_image(const std::string& image);  // fails if the host lacks it

// Docker on this machine.
Command local_docker_installed();
Command local_buildx_installed();

// For `build dev`, which lists the files in the build context: an image of the context that lists itself.
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

}  // namespace kamal::commands
