#pragma once

#include <functional>
#include <string>
#include <vector>

#include "cli/context.h"
#include "kamal/commands/log_options.h"

namespace kamal::cli {

// Options of `logs` as commands take them. `lines_by_default` holds where neither --since nor --grep is
// given.
commands::LogOptions log_options(const Context& context, const std::string& lines_by_default);

// One log to follow.
struct FollowedLog {
  Host host;
  std::string prefix;  // "" where it is the only one
  // The command that follows it; called again with `again` when the log ended because its container was
  // replaced.
  enum class Round { first, again };
  std::function<Command(Round)> command;
};

// Shows all logs at once, line by line, until Ctrl-C.
void follow_logs(Context& context, const std::vector<FollowedLog>& logs);

}  // namespace kamal::cli
