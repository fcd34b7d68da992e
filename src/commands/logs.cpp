#include "kamal/commands/logs.h"

#include <stdexcept>

#include "commands/arguments.h"
#include "kamal/commands/base.h"
#include "kamal/support/quoting.h"

namespace kamal::commands {

Arguments timestamps_argument(const LogOptions& options) {
  return options.timestamps == Timestamps::show ? Arguments{"--timestamps"} : Arguments{};
}

Arguments since_arguments(const LogOptions& options) {
  return options.since ? Arguments{"--since", *options.since} : Arguments{};
}

Arguments tail_arguments(const LogOptions& options) {
  return options.lines ? Arguments{"--tail", *options.lines} : Arguments{};
}

Command container_logs(const std::string& container, const LogOptions& options, Following following) {
  Command command = docker({"logs", container});
  command.add(since_arguments(options)).add(tail_arguments(options)).add(timestamps_argument(options));
  if (following == Following::yes) command.add("--follow");
  command.add(Argument::syntax("2>&1"));
  return pipe({command, grep_command(options, following)});
}

Command grep_command(const LogOptions& options, Following following) {
  if (!options.grep) return {};
  Command command{"grep"};
  if (following == Following::yes) command.add("--line-buffered");
  command.add(Arguments{"-e", *options.grep});
  if (!options.grep_options) return command;
  if (!shell_split(*options.grep_options))
    throw std::invalid_argument("--grep-options: unterminated quote in: " + *options.grep_options);
  return command.add(Argument::syntax(*options.grep_options));
}

}  // namespace kamal::commands
