#pragma once

#include <string>
#include <vector>

#include "kamal/config/configuration.h"
#include "kamal/support/command.h"

namespace kamal::commands {

// The env file of a role on a host, replaced before anything boots with it. What was there stays on the host
// until that is settled, with its mode and out of every output.
class EnvFile {
 public:
  EnvFile(const config::Configuration& config, const config::Role& role);

  const std::string& path() const { return path_; }
  // Makes room for the new file: its directory is there, and what it replaces, if anything, is set aside.
  Command set_aside() const;
  // Ends as it was before set_aside(), directories included. Does nothing without it, or after keep_new().
  // Files are put back in the reverse order.
  Command put_back() const;
  Command keep_new() const;

 private:
  std::string path_;
  std::vector<std::string> directories_;  // that may have to be made, the outermost first
};

}  // namespace kamal::commands
