#pragma once

#include <functional>
#include <string>
#include <vector>

#include "cli/context.h"
#include "kamal/commands/logs.h"

namespace kamal::cli {

std::vector<OptionSpec> logs_options();

// Options of `logs` as commands take them. `lines_by_default` holds where neither --since nor --grep is
// given.
commands::LogOptions log_options(const Context& context, const std::string& lines_by_default);

// The log that `logs` prints. A container that is not there is an Error of kind no_action with `missing`, any
// other failure a CommandFailed.
std::string capture_logs(sshkit::Remote& remote, const Command& logs, const Command& container,
                         const std::string& missing);

// The log of a container and of those that take its place.
struct FollowedLog {
  Host host;
  std::string prefix;  // "" where it is the only one
  Command container;   // prints the id of the container to follow now, or nothing
  // Follows the log of the container that the options name.
  std::function<Command(const commands::LogOptions&)> follow;
};

// Shows all logs at once, line by line, until Ctrl-C. Throws Error (no_action) where no host has a container.
void follow_logs(Context& context, const commands::LogOptions& options, const std::vector<FollowedLog>& logs);

}  // namespace kamal::cli
