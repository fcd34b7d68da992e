#pragma once

#include <string>
#include <string_view>
#include <vector>

namespace kamal::cli {

// What a word of the command line names, so that completions can offer what there is.
enum class Completes { nothing, files, destinations, hosts, roles, accessories, commands };

// One option of a command.
struct OptionSpec {
  enum class Kind {
    flag,     // --name, --no-name
    text,     // --name VALUE
    number,   // --name N
    pairs,    // --name KEY:VALUE [KEY:VALUE ...]
    list,     // --name VALUE [VALUE ...]
    seconds,  // --name N, or a fraction
  };
  std::string name{};  // long form, without dashes
  Kind kind = Kind::flag;
  char short_name = 0;  // short form; 0: none
  std::string help{};
  std::string default_value{};  // as shown in help and used when not given; "" for none
  std::string placeholder{};    // what help shows for the value
  bool hidden = false;
  bool required = false;
  Completes completes = Completes::nothing;  // hosts and roles are lists, separated by commas
  std::vector<std::string> choices{};        // values that there always are
};

// One command or group of commands.
struct CommandSpec {
  std::string name{};
  std::string summary{};
  std::string arguments{};  // as help shows them: [NAME], [CMD...]
  size_t min_args = 0;
  size_t max_args = 0;  // any_number for CMD...
  std::vector<OptionSpec> options{};
  std::vector<CommandSpec> commands{};  // of a group
  bool hidden = false;
  // Options that are not known belong to the command that is to be run (`exec`).
  bool forwards_unknown_options = false;
  Completes completes = Completes::nothing;  // its first argument
  std::vector<std::string> choices{};        // for its first argument
  std::string details{};                     // what there is to know besides the summary, in paragraphs
  std::vector<std::string> examples{};       // command lines, whole: kamal app exec ls
  // Not in the reference: beginnings of its name stand for other commands, as they do there.
  bool no_prefix_match = false;
  // Every program of Kamal's command line library has it (help, tree): no part of `kamal tree`, and an alias
  // may have its name.
  bool inherited = false;

  bool group() const { return !commands.empty(); }
  const CommandSpec* find(std::string_view name) const;
};

inline constexpr size_t any_number = static_cast<size_t>(-1);

// The root: every command of kamal. Arguments, help, completions, the man page and docs/commands.md come from
// it.
const CommandSpec& command_table();
// Options that every command takes.
const std::vector<OptionSpec>& global_options();

}  // namespace kamal::cli
