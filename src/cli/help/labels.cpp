#include "cli/help/labels.h"

#include <fmt/format.h>

#include <algorithm>
#include <iterator>

#include "cli/arguments/options.h"
#include "kamal/support/strings.h"

namespace kamal::cli {
namespace {

using Kind = OptionSpec::Kind;

std::string without_brackets(const std::string& name) {
  return name.starts_with('[') && name.ends_with(']') ? name.substr(1, name.size() - 2) : name;
}

}  // namespace

std::string full_name(const std::vector<std::string>& path) {
  return path.empty() ? "kamal" : "kamal " + join(path, " ");
}

std::string arguments_of(const CommandSpec& command) {
  if (command.arguments.empty()) return "";
  std::vector<std::string> names = split(command.arguments, ' ');
  for (size_t i = 0; i < names.size() && i < command.min_args; ++i) {
    names[i] = without_brackets(names[i]);
  }
  return join(names, " ");
}

std::string usage_of(const CommandSpec& command, const std::vector<std::string>& path) {
  if (command.group()) return full_name(path) + " COMMAND [OPTIONS]";
  std::string usage = full_name(path) + " [OPTIONS]";
  for (const OptionSpec& option : command.options) {
    if (option.required) usage += " " + long_form(option);
  }
  const std::string arguments = arguments_of(command);
  return usage + (arguments.empty() ? "" : " " + arguments);
}

std::string long_form(const OptionSpec& option) {
  std::string form = option.kind == Kind::flag && option.default_value == "true" ? "--[no-]" : "--";
  form += dashed(option.name);
  if (option.kind != Kind::flag) form += " " + (option.placeholder.empty() ? "VALUE" : option.placeholder);
  if (takes_several(option)) form += "...";
  return form;
}

std::string explanation(const OptionSpec& option) {
  std::string text = option.help;
  if (!option.choices.empty()) text += ": " + to_sentence(option.choices);
  if (option.required) text += " (required)";
  if (!option.default_value.empty() && option.kind != Kind::flag) {
    text += fmt::format(" (default: {})", option.default_value);
  }
  return text;
}

std::vector<std::string> paragraphs_of(const CommandSpec& command) {
  return command.details.empty() ? std::vector<std::string>() : split(command.details, '\n');
}

std::vector<OptionSpec> visible(const std::vector<OptionSpec>& options) {
  std::vector<OptionSpec> shown;
  std::copy_if(options.begin(), options.end(), std::back_inserter(shown),
               [](const OptionSpec& option) { return !option.hidden; });
  return shown;
}

std::vector<CommandSpec> commands_of(const CommandSpec& group, Visibility visibility) {
  std::vector<CommandSpec> commands;
  std::copy_if(
      group.commands.begin(), group.commands.end(), std::back_inserter(commands),
      [&](const CommandSpec& command) { return command.hidden == (visibility == Visibility::hidden); });
  return commands;
}

}  // namespace kamal::cli
