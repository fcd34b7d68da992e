#pragma once

#include <chrono>
#include <map>
#include <optional>
#include <stdexcept>
#include <string>
#include <utility>
#include <vector>

#include "kamal/cli/command_table.h"

namespace kamal::cli {

// A command line that can't be understood. The text says what would be right.
struct UsageError : std::runtime_error {
  using std::runtime_error::runtime_error;
};

// Options of one command line by their long names.
class Options {
 public:
  bool flag(const std::string& name) const;  // false when not given and no default
  std::optional<std::string> text(
      const std::string& name) const;  // the default when not given; blank is absent
  std::optional<long> number(const std::string& name) const;
  std::optional<std::chrono::milliseconds> seconds(const std::string& name) const;
  std::vector<std::string> list(const std::string& name) const;  // all values, in order
  // A name given twice has its last value.
  std::vector<std::pair<std::string, std::string>> pairs(const std::string& name) const;

  void set(const std::string& name, std::vector<std::string> values) { values_[name] = std::move(values); }

 private:
  std::map<std::string, std::vector<std::string>> values_;
};

// A command line, understood.
struct Invocation {
  std::vector<std::string> path;  // app, exec
  const CommandSpec* command = nullptr;
  Options options;
  std::vector<std::string> arguments;
  bool help = false;

  // The first two words of `path`, as hooks learn them.
  std::string command_name() const { return path.empty() ? "" : path[0]; }
  std::optional<std::string> subcommand_name() const;
};

// Finds the command that the words start with; null for a word that is none (an alias, perhaps). A beginning
// of a name stands for it where only one command begins so. Throws UsageError for an ambiguous one.
const CommandSpec* find_command(const CommandSpec& group, const std::string& word);

// Options that a command takes: its own and those of every command, without the short names that it uses
// itself.
std::vector<OptionSpec> options_of(const CommandSpec& command);

// Reads the options behind a command's words. Throws UsageError.
Invocation parse_command(const CommandSpec& command, std::vector<std::string> path,
                         std::vector<std::string> words);
// Commands that the reference doesn't have, whose names a project may use for its aliases.
enum class OwnCommands { take, leave_to_aliases };
// Reads a whole command line. `unknown_command` is set, and nothing else, where its first word is no command.
struct ParsedLine {
  Invocation invocation;
  std::optional<std::string> unknown_command;
  std::vector<std::string> words_behind_it;
};
ParsedLine parse_line(std::vector<std::string> words, OwnCommands own = OwnCommands::take);

}  // namespace kamal::cli
