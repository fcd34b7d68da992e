#include <fmt/format.h>

#include "cli/reference/reference.h"
#include "cli/reference/topics.h"
#include "cli/reference/words.h"
#include "kamal/support/strings.h"

namespace kamal::cli {
namespace {

std::string code(const std::string& text) { return "`" + text + "`"; }
// Bars end the cells of a table.
std::string cell(const std::string& text) { return replace_all(text, "|", "\\|"); }
std::string row(const std::string& name, const std::string& text) {
  return fmt::format("| {} | {} |\n", cell(name), cell(text));
}
std::string table(const std::string& left, const std::string& right) {
  return fmt::format("| {} | {} |\n|---|---|\n", left, right);
}

std::string option_rows(const std::vector<OptionSpec>& options) {
  std::string rows;
  for (const OptionSpec& option : visible(options)) {
    const std::string short_name =
        option.short_name != 0 ? code(std::string("-") + option.short_name) + ", " : "";
    rows += row(short_name + code(long_form(option)), explanation(option));
  }
  return rows;
}

std::vector<std::string> below(std::vector<std::string> path, const CommandSpec& command) {
  path.push_back(command.name);
  return path;
}

std::string call_of(const CommandSpec& command, const std::vector<std::string>& path) {
  const std::string arguments = arguments_of(command);
  return full_name(path) + (arguments.empty() ? "" : " " + arguments);
}

// Only what the table of its group does not say already.
std::string command_section(const CommandSpec& command, const std::vector<std::string>& path) {
  const std::vector<OptionSpec> options = visible(command.options);
  if (options.empty() && command.details.empty()) return "";
  std::string text = fmt::format("\n### {}\n\n    {}\n", full_name(path), usage_of(command, path));
  for (const std::string& paragraph : paragraphs_of(command)) text += "\n" + paragraph + "\n";
  if (!options.empty()) text += "\n" + table("Option", "Meaning") + option_rows(options);
  return text;
}

std::string hidden_commands(const CommandSpec& group, const std::vector<std::string>& path) {
  std::vector<std::string> calls;
  for (const CommandSpec& command : commands_of(group, Visibility::hidden)) {
    calls.push_back(code(call_of(command, below(path, command))));
  }
  if (calls.empty()) return "";
  return fmt::format("\nParts of these that can be run by themselves: {}.\n", join(calls, ", "));
}

std::string group_section(const CommandSpec& group, const std::vector<std::string>& path) {
  std::string rows, sections;
  for (const CommandSpec& command : commands_of(group, Visibility::shown)) {
    if (command.group()) continue;
    const std::vector<std::string> words = below(path, command);
    rows += row(code(call_of(command, words)), command.summary);
    sections += command_section(command, words);
  }
  return fmt::format("\n## {}\n\n{}.\n\n{}{}{}{}", full_name(path), group.summary,
                     table("Command", "What it does"), rows, hidden_commands(group, path), sections);
}

std::string topic_section(const Topic& topic) {
  std::string text = fmt::format("\n## {}\n\n", topic.title);
  if (!topic.introduction.empty()) text += topic.introduction + "\n\n";
  text += table("", "");
  for (const auto& [name, meaning] : topic.entries) text += row(code(name), meaning);
  return text;
}

}  // namespace

std::string commands_document() {
  const CommandSpec& root = command_table();
  std::string text =
      "<!-- Written by `kamal help --format markdown`: change src/cli/table, not this file. -->\n"
      "# Commands\n\n"
      "    kamal COMMAND [OPTIONS] [ARGUMENTS]\n\n"
      "A beginning of a command stands for it where only one begins so (`kamal app det`), and a dash for an "
      "underscore.\n"
      "Aliases from `deploy.yml` are commands, too. `--help` behind any command, or `kamal help COMMAND`, "
      "describes it.\n";
  text += group_section(root, {});
  for (const CommandSpec& command : commands_of(root, Visibility::shown)) {
    if (command.group()) text += group_section(command, {command.name});
  }
  text += "\n## Options of every command\n\nEach switch has an opposite: `--no-skip-hooks`.\n\n";
  text += table("Option", "Meaning") + option_rows(options_of_every_command());
  for (const Topic& topic : topics()) text += topic_section(topic);
  return text;
}

}  // namespace kamal::cli
