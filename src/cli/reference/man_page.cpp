#include <fmt/format.h>

#include "cli/reference/reference.h"
#include "cli/reference/topics.h"
#include "cli/reference/words.h"
#include "kamal/support/strings.h"
#include "kamal/support/version.h"

namespace kamal::cli {
namespace {

// Text that roff takes literally. Hyphens of names and options have to stay hyphens when they are copied.
std::string roff(const std::string& text) {
  std::string escaped;
  for (const char c : text) {
    switch (c) {
      case '\\':
        escaped += "\\e";
        break;
      case '-':
        escaped += "\\-";
        break;
      case '\'':
        escaped += "\\(aq";
        break;
      case '`':
        escaped += "\\(ga";
        break;
      case '~':
        escaped += "\\(ti";
        break;
      case '^':
        escaped += "\\(ha";
        break;
      default:
        escaped += c;
    }
  }
  // A line that starts with a dot would be a request.
  return escaped.starts_with('.') ? "\\&" + escaped : escaped;
}

std::string bold(const std::string& text) { return "\\fB" + roff(text) + "\\fR"; }
std::string item(const std::string& name, const std::string& text) {
  return ".TP\n" + name + "\n" + roff(text) + "\n";
}
std::string section(const std::string& title) { return fmt::format(".SH \"{}\"\n", title); }

std::string option_items(const std::vector<OptionSpec>& options) {
  std::string text;
  for (const OptionSpec& option : visible(options)) {
    const std::string short_name =
        option.short_name != 0 ? bold(std::string("-") + option.short_name) + ", " : "";
    text += item(short_name + bold(long_form(option)), explanation(option));
  }
  return text;
}

std::string command_item(const CommandSpec& command, const std::vector<std::string>& path) {
  const std::string arguments = arguments_of(command);
  std::string text =
      item(bold(full_name(path)) + (arguments.empty() ? "" : " " + roff(arguments)), command.summary + ".");
  for (const std::string& paragraph : paragraphs_of(command)) text += ".IP\n" + roff(paragraph) + "\n";
  const std::vector<OptionSpec> options = visible(command.options);
  if (!options.empty()) text += ".RS\n" + option_items(options) + ".RE\n";
  return text;
}

std::string group_section(const CommandSpec& group, const std::vector<std::string>& path) {
  std::string text = fmt::format(".SS \"{}\"\n{}.\n", roff(full_name(path)), roff(group.summary));
  for (const CommandSpec& command : commands_of(group, Visibility::shown)) {
    std::vector<std::string> words = path;
    words.push_back(command.name);
    if (!command.group()) text += command_item(command, words);
  }
  return text;
}

std::string commands_section(const CommandSpec& root) {
  std::string text = section("COMMANDS") + group_section(root, {});
  for (const CommandSpec& command : commands_of(root, Visibility::shown)) {
    if (command.group()) text += group_section(command, {command.name});
  }
  return text;
}

std::string topic_section(const Topic& topic) {
  std::string title;
  for (const char c : topic.title) title += c >= 'a' && c <= 'z' ? static_cast<char>(c - 'a' + 'A') : c;
  std::string text = section(title);
  if (!topic.introduction.empty()) text += roff(topic.introduction) + "\n";
  for (const auto& [name, meaning] : topic.entries) text += item(bold(name), meaning);
  return text;
}

}  // namespace

std::string man_page() {
  const CommandSpec& root = command_table();
  std::string text = fmt::format(".TH KAMAL 1 \"\" \"kamal {}\" \"User Commands\"\n", kamal_version);
  text +=
      section("NAME") + "kamal \\- " + roff(lower(root.summary.substr(0, 1)) + root.summary.substr(1)) + "\n";
  text += section("SYNOPSIS") + bold("kamal") + " COMMAND [OPTIONS] [ARGUMENTS]\n";
  text +=
      section("DESCRIPTION") +
      "Builds the image of a web app, and runs it on any server that has Docker and SSH, behind a proxy that "
      "hands requests from one version to the next without losing any. The configuration is in "
      "config/deploy.yml.\n";
  text +=
      ".PP\nA beginning of a command stands for it where only one begins so, and a dash for an underscore.\n";
  text += commands_section(root);
  text += section("OPTIONS") +
          "Every command takes these. Each switch has an opposite: " + bold("--no-skip-hooks") + ".\n" +
          option_items(options_of_every_command());
  for (const Topic& topic : topics()) text += topic_section(topic);
  return text + section("SEE ALSO") + bold("docker") + "(1), " + bold("ssh_config") + "(5)\n";
}

}  // namespace kamal::cli
