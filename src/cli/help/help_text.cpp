#include "cli/help/help_text.h"

#include <fmt/format.h>

#include "cli/arguments/options.h"
#include "cli/help/labels.h"
#include "cli/help/layout.h"
#include "kamal/support/strings.h"

namespace kamal::cli {
namespace {

std::pair<std::string, std::string> row_of(const OptionSpec& option) {
  const std::string short_name = option.short_name != 0 ? fmt::format("-{}, ", option.short_name) : "    ";
  return {short_name + long_form(option), explanation(option)};
}

std::string options_text(const std::vector<OptionSpec>& options, size_t width) {
  Rows rows;
  for (const OptionSpec& option : visible(options)) rows.push_back(row_of(option));
  return columns(rows, width);
}

std::string commands_text(const CommandSpec& group, size_t width) {
  Rows rows;
  for (const CommandSpec& command : commands_of(group, Visibility::shown)) {
    const std::string arguments = arguments_of(command);
    rows.emplace_back(command.name + (arguments.empty() ? "" : " " + arguments), command.summary);
  }
  return columns(rows, width);
}

std::string details_text(const CommandSpec& command, size_t width) {
  std::string text;
  for (const std::string& paragraph : paragraphs_of(command)) text += wrapped(paragraph, 0, width);
  return text.empty() ? "" : text + "\n";
}

std::string examples_text(const CommandSpec& command) {
  if (command.examples.empty()) return "";
  std::string text = "Examples:\n";
  for (const std::string& example : command.examples) text += "  " + example + "\n";
  return text + "\n";
}

}  // namespace

std::string help_text(const CommandSpec& command, const std::vector<std::string>& path, size_t width) {
  std::string text = wrapped(command.summary, 0, width) + "\nUsage:\n  " + usage_of(command, path) + "\n\n";
  text += details_text(command, width);
  if (command.group()) {
    text += "Commands:\n" + commands_text(command, width) + "\n";
    std::vector<std::string> names = path;
    names.insert(names.begin(), "help");
    text += wrapped(fmt::format("Run `{} COMMAND` for details.", full_name(names)), 0, width) + "\n";
  } else if (!visible(command.options).empty()) {
    text += "Options:\n" + options_text(command.options, width) + "\n";
  }
  return text + examples_text(command) + "Global options:\n" +
         options_text(options_of(command_table()), width);
}

}  // namespace kamal::cli
