#pragma once

#include <string>
#include <string_view>
#include <variant>
#include <vector>

namespace kamal {
class ConfigurationError;
}

namespace kamal::sshkit {
class Output;
}

namespace kamal::cli {

class Context;
struct Effects;
struct Invocation;

// What an argument completes to.
enum class Completes { nothing, files, destinations, hosts, roles, accessories, commands };

inline constexpr const char* default_config_file = "config/deploy.yml";

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
  std::string default_value{};  // as shown in help and used if not set; "" for none
  std::string placeholder{};    // for the value, in help
  bool hidden = false;
  bool required = false;
  Completes completes = Completes::nothing;  // hosts and roles are lists, separated by commas
  std::vector<std::string> choices{};        // its values
  bool other_values = false;                 // besides the choices
};

// An option with a value. `usage` is as in help: "-n, --lines N".
OptionSpec value_option(OptionSpec::Kind kind, const std::string& usage, std::string help,
                        std::string default_value = "");

// An option with a list of values; others are refused.
OptionSpec choice_option(const std::string& usage, std::string help, std::vector<std::string> choices,
                         std::string default_value);

// Runs a command; standalone ones need no configuration. A group has neither.
using ConfiguredFunction = void (*)(Context&);
using StandaloneFunction = void (*)(const Invocation&, const Effects&);
using CommandFunction = std::variant<std::monostate, ConfiguredFunction, StandaloneFunction>;

// Runs instead of a configured one if the configuration can't be loaded.
using FallbackFunction = void (*)(const Invocation&, const Effects&, sshkit::Output&,
                                  const ConfigurationError&);

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
  // Unknown options belong to the command to run (`exec`).
  bool forwards_unknown_options = false;
  Completes completes = Completes::nothing;  // its first argument
  std::vector<std::string> choices{};        // for its first argument
  std::string details{};                     // paragraphs, one a line
  std::vector<std::string> examples{};       // whole command lines; without any, the command alone
  CommandFunction run{};
  FallbackFunction without_configuration = nullptr;  // null: the error ends the run
  // A command that Kamal does not have: its prefixes keep their meaning from Kamal.
  bool no_prefix_match = false;
  // Inherited from Kamal's command line library (help, tree): not listed by `kamal tree`, and an alias may
  // use its name.
  bool inherited = false;

  bool group() const { return !commands.empty(); }
  const CommandSpec* find(std::string_view name) const;
};

inline constexpr size_t any_number = static_cast<size_t>(-1);

// The root: every command of kamal, sorted by name. Arguments, help, completions, the man page and
// docs/commands.md come from it.
const CommandSpec& command_table();
// Its parts: each command is specified next to the function that runs it, in the file that the list is named
// after.
std::vector<CommandSpec> accessory_commands();
std::vector<CommandSpec> app_boot_commands();
std::vector<CommandSpec> app_containers_commands();
std::vector<CommandSpec> app_lifecycle_commands();
std::vector<CommandSpec> app_removal_commands();
std::vector<CommandSpec> build_builder_commands();
std::vector<CommandSpec> build_image_commands();
std::vector<CommandSpec> completion_commands();
std::vector<CommandSpec> deploy_commands();
std::vector<CommandSpec> doctor_commands();
std::vector<CommandSpec> help_commands();
std::vector<CommandSpec> lock_commands();  // lock/deploy_lock.cpp
std::vector<CommandSpec> plan_commands();
std::vector<CommandSpec> project_commands();
std::vector<CommandSpec> project_init_commands();
std::vector<CommandSpec> proxy_boot_commands();
std::vector<CommandSpec> proxy_lifecycle_commands();
std::vector<CommandSpec> prune_commands();  // app/removal.cpp
std::vector<CommandSpec> registry_commands();
std::vector<CommandSpec> secrets_commands();
std::vector<CommandSpec> server_commands();
std::vector<CommandSpec> status_commands();
// Global options.
const std::vector<OptionSpec>& global_options();

// A command that help does not list: an individual step of another one.
CommandSpec hidden(CommandSpec command);

// Paragraphs of a raw string: joins lines; an empty line separates paragraphs.
std::string paragraphs(std::string_view text);

// A name in the table as users type it: lock-wait for lock_wait.
std::string dashed(const std::string& name);
bool takes_several(const OptionSpec& option);
// --help, which every command has besides the options of the table.
const OptionSpec& help_option();
// All options of a command: its own, the global ones and --help.
std::vector<OptionSpec> options_of(const CommandSpec& command);
// Finds the option for --name, --na-me or -n; null if there is none.
const OptionSpec* find_option(const std::string& arg, const std::vector<OptionSpec>& options);

// Commands and options as shown in help, the man page and docs/commands.md.

// app exec -> "kamal app exec"
std::string full_name(const std::vector<std::string>& path);
// Arguments, with brackets around optional ones: "NAME [CMD...]".
std::string arguments_of(const CommandSpec& command);
// A name, followed by its arguments.
std::string with_arguments(const std::string& name, const CommandSpec& command);
// "kamal app exec [OPTIONS] [CMD...]", "kamal app COMMAND [OPTIONS]"
std::string usage_of(const CommandSpec& command, const std::vector<std::string>& path);
// "--hosts HOSTS", "--[no-]publish", "--env NAME:VALUE..."
std::string long_form(const OptionSpec& option);
// The help, choices, default, and whether it is required.
std::string explanation(const OptionSpec& option);
std::vector<std::string> paragraphs_of(const CommandSpec& command);

std::vector<OptionSpec> visible(const std::vector<OptionSpec>& options);
enum class Visibility { shown, hidden };
std::vector<CommandSpec> commands_of(const CommandSpec& group, Visibility visibility);

}  // namespace kamal::cli
