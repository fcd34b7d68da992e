#pragma once

#include <string>
#include <vector>

#include "kamal/config/configuration.h"
#include "kamal/support/command.h"

namespace kamal::commands {

// A server's folders, and the user's own commands on it.
class Server {
 public:
  explicit Server(const config::Configuration& config) : config_(config) {}

  Command ensure_run_directory() const;
  Command remove_app_directory() const;
  Command app_directory_count() const;
  // `server exec`: see server_exec_arguments().
  Command execute(const std::vector<std::string>& arguments) const;

 private:
  const config::Configuration& config_;
};

}  // namespace kamal::commands
