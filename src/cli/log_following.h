#pragma once

#include <functional>
#include <string>
#include <vector>

#include "cli/context.h"
#include "kamal/commands/base.h"

namespace kamal::cli {

std::vector<OptionSpec> logs_options();

// Options of `logs` for commands: the last 100 lines, or 10 with --follow, unless --since or --grep is set.
commands::LogOptions log_options(const Context& context);

// The log of a container and its replacements.
struct FollowedLog {
  Host host;
  std::string prefix;  // of its lines, if there are several logs
  Command container;   // prints the id of the container to follow, or nothing
  // Follows the log of the container that the options name.
  std::function<Command(const commands::LogOptions&)> follow;
};

// Shows all logs at once, line by line, until Ctrl-C. Throws Error (no_action) if no host has a container.
void follow_logs(Context& context, const commands::LogOptions& options, std::vector<FollowedLog> logs);

// A container that has the same name on all its hosts.
struct NamedContainer {
  std::string name;
  std::string missing;  // the Error (no_action) of a host that has none
};

// `logs` for such a container: follows its logs, or shows each host's.
void show_or_follow_logs(Context& context, const std::vector<Host>& hosts, const NamedContainer& container,
                         const std::function<void(const Host&, const std::string& log)>& show);

}  // namespace kamal::cli
