#pragma once

#include "kamal/config/configuration.h"
#include "kamal/support/command.h"

namespace kamal::commands {

// What old deploys leave behind on a server.
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
