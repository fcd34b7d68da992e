#pragma once

#include <optional>
#include <string>
#include <vector>

#include "cli/arguments/options.h"

namespace kamal {
class Value;
}

namespace kamal::cli {

// A command to run, its arguments checked.
struct Invocation {
  std::vector<std::string> path;  // app, exec
  const CommandSpec* command = nullptr;
  Options options;
  std::vector<std::string> arguments;
  bool help = false;

  // The first two names of `path`, as hooks receive them.
  std::string command_name() const { return path.empty() ? "" : path[0]; }
  std::optional<std::string> subcommand_name() const;
};

// A command line, complete or still being typed. `error` keeps the first mistake: invocation() throws it,
// completion ignores it.
struct CommandLine {
  const CommandSpec* command = &command_table();  // the deepest one; null after an unknown name
  std::vector<std::string> path;
  std::optional<std::string> unknown_command;  // not a kamal command, perhaps an alias
  std::vector<std::string> alias_args;         // arguments for an alias in place of the first command
  Options options;
  std::vector<std::string> arguments;
  std::optional<std::string> unknown_option;
  std::optional<OptionSpec> awaiting;  // the last argument is this option, and its value is missing
  bool options_ended = false;          // by a `--`
  std::optional<std::string> error;

  // The command to run. Throws UsageError.
  Invocation invocation() const;
};

// The only reader of command lines: for running, for aliases and for completion.
CommandLine read_command_line(std::vector<std::string> args);

// Finds a command by name or unambiguous prefix; null if there is none. Throws UsageError for an ambiguous
// one.
const CommandSpec* find_command(const CommandSpec& group, const std::string& name);

// Whether an unknown first command is close to a built-in one.
bool resembles_command(const std::string& name);
// The error for an unknown first command. `aliases` are the project's; null if they could not be read.
std::string unknown_command_text(const std::string& name, const Value* aliases);

// Expands the alias at the start of the arguments. `seen` collects aliases, to detect cycles. Throws
// UsageError if there is no such alias.
std::vector<std::string> expand_alias(const std::string& name, const std::vector<std::string>& alias_args,
                                      const Value& raw_configuration, std::vector<std::string>& seen);

}  // namespace kamal::cli
