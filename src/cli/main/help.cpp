#include <fmt/format.h>

#include <algorithm>

#include "cli/main/main_commands.h"
#include "kamal/config/schema.h"
#include "kamal/support/strings.h"
#include "kamal/support/version.h"

namespace kamal::cli {
namespace {

using Kind = OptionSpec::Kind;

std::string words_of(const std::vector<std::string>& path) {
  return path.empty() ? "kamal" : "kamal " + join(path, " ");
}

std::string option_names(const OptionSpec& option) {
  std::string names = option.letter != 0 ? fmt::format("-{}, ", option.letter) : "    ";
  names += option.kind == Kind::flag && option.default_value == "true" ? "--[no-]" : "--";
  names += replace_all(option.name, "_", "-");
  if (option.kind != Kind::flag) names += " " + (option.placeholder.empty() ? "VALUE" : option.placeholder);
  if (option.kind == Kind::pairs || option.kind == Kind::list) names += " ...";
  return names;
}

std::string options_text(const std::vector<OptionSpec>& options) {
  size_t width = 0;
  for (const OptionSpec& option : options) width = std::max(width, option_names(option).size());
  std::string text;
  for (const OptionSpec& option : options) {
    if (option.hidden) continue;
    const bool tells_default = !option.default_value.empty() && option.kind != Kind::flag;
    text += fmt::format("  {:<{}}  {}{}{}\n", option_names(option), width, option.help,
                        option.required ? " (required)" : "",
                        tells_default ? fmt::format(" (default: {})", option.default_value) : "");
  }
  return text;
}

std::string commands_text(const CommandSpec& group, const std::vector<std::string>& path) {
  const auto usage = [&](const CommandSpec& command) {
    return words_of(path) + " " + command.name + (command.arguments.empty() ? "" : " " + command.arguments);
  };
  size_t width = 0;
  for (const CommandSpec& command : group.commands) {
    if (!command.hidden) width = std::max(width, usage(command).size());
  }
  std::string text;
  for (const CommandSpec& command : group.commands) {
    if (!command.hidden) text += fmt::format("  {:<{}}  {}\n", usage(command), width, command.summary);
  }
  return text;
}

std::string help_text(const CommandSpec& command, const std::vector<std::string>& path) {
  std::string text = command.summary + "\n\n";
  if (command.group()) {
    text += "Commands:\n" + commands_text(command, path);
  } else {
    text += "Usage:\n  " + words_of(path) + (command.arguments.empty() ? "" : " " + command.arguments) +
            " [OPTIONS]\n";
    if (!command.options.empty()) text += "\nOptions:\n" + options_text(command.options);
  }
  text += "\nOptions of every command:\n" + options_text(global_options());
  text += "      --help  Describe the command\n";
  return text;
}

}  // namespace

void print_help(const Invocation& invocation, const Effects& effects) {
  const CommandSpec* command = invocation.command;
  std::vector<std::string> path = invocation.path;
  if (path == std::vector<std::string>{"help"}) {  // kamal help app exec
    command = &command_table();
    path.clear();
    for (const std::string& word : invocation.arguments) {
      command = find_command(*command, word);
      if (!command)
        throw UsageError(fmt::format("There is no command \"{}\"", join(invocation.arguments, " ")));
      path.push_back(command->name);
    }
  }
  effects.out(help_text(*command, path));
}

void print_version(const Invocation&, const Effects& effects) {
  effects.out(std::string(kamal_version) + "\n");
}

void print_documentation(const Invocation& invocation, const Effects& effects) {
  const std::optional<std::string> section =
      invocation.arguments.empty() ? std::nullopt : std::optional(lower(invocation.arguments[0]));
  const std::vector<std::string> sections = documentation_sections();
  if (section && std::find(sections.begin(), sections.end(), *section) == sections.end()) {
    throw UsageError(
        fmt::format("No documentation found for {} (there are: {})", *section, join(sections, ", ")));
  }
  effects.out(documentation(section));
}

}  // namespace kamal::cli
