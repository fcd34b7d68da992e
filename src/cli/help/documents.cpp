#include "cli/help/documents.h"

#include <fmt/format.h>

#include <map>
#include <string_view>

#include "cli/command_table.h"
#include "kamal/support/strings.h"
#include "kamal/support/version.h"

namespace kamal::cli {
namespace {

// A section that belongs to no single command.
struct Topic {
  struct Entry {
    std::string name, meaning;
  };
  std::string title;
  std::string introduction;
  std::vector<Entry> entries;
};

std::vector<Topic> topics() {
  return {
      {"Exit status",
       "",
       {
           {"0", "Success."},
           {"1", "Failure. The error says what went wrong and how to fix it."},
           {"128 + N",
            "Killed by signal N (130: Ctrl-C). The first signal releases the deploy lock; a second one exits "
            "at once."},
           {"2", "`plan` only: something would change."},
           {"other", "Exit status of the interactive command (`exec -i`)."},
       }},
      {"Environment",
       "",
       {
           {"VERSION", "App version to use if --version is not set."},
           {"KAMAL_ERB_TIMEOUT",
            "Timeout in seconds for each command run by a template (default: 60; 0: none)."},
           {"KAMAL_SECRETS_TIMEOUT",
            "Timeout in seconds for each secrets-file command or vault CLI call (default: 600; 0: none)."},
           {"SSH_AUTH_SOCK", "Socket of your SSH agent."},
           {"TMPDIR", "Directory for the git clone that images are built from (else TMP, TEMP or /tmp)."},
           {"NO_COLOR", "Disable colors."},
           {"KAMAL_PROGRESS", "Progress type to use if --progress is not set."},
           {"COLUMNS", "Width of help, from 80 to 110."},
       }},
      {"Files",
       "Relative to the working directory:",
       {
           {"config/deploy.yml", "The configuration; see `kamal docs`."},
           {"config/deploy.DEST.yml", "Merged over it with -d DEST."},
           {".kamal/secrets-common", "Secrets of all destinations."},
           {".kamal/secrets", "Secrets without a destination."},
           {".kamal/secrets.DEST", "Secrets of a destination."},
           {".kamal/hooks/NAME", "Hooks, run during a deploy; `kamal init` writes samples."},
       }},
  };
}

std::vector<std::string> below(std::vector<std::string> path, const CommandSpec& command) {
  path.push_back(command.name);
  return path;
}

// The root's section, then those of its groups.
template <class Section>
std::string sections_of(const CommandSpec& root, const Section& section) {
  std::string text = section(root, {});
  for (const CommandSpec& command : commands_of(root, Visibility::shown)) {
    if (command.group()) text += section(command, {command.name});
  }
  return text;
}

// Both names of an option.
template <class Markup>
std::string names_of(const OptionSpec& option, const Markup& markup) {
  const std::string short_name = option.short_name == 0 ? "" : std::string("-") + option.short_name;
  return (short_name.empty() ? "" : markup(short_name) + ", ") + markup(long_form(option));
}

// Markdown.

std::string code(const std::string& text) { return "`" + text + "`"; }
// A bar would end the cell of a table.
std::string cell(const std::string& text) { return replace_all(text, "|", "\\|"); }
std::string row(const std::string& name, const std::string& text) {
  return fmt::format("| {} | {} |\n", cell(name), cell(text));
}
std::string table(const std::string& left, const std::string& right) {
  return fmt::format("| {} | {} |\n|---|---|\n", left, right);
}

std::string option_rows(const std::vector<OptionSpec>& options) {
  std::string rows;
  for (const OptionSpec& option : visible(options)) rows += row(names_of(option, code), explanation(option));
  return rows;
}

// Empty if the group's table has everything.
std::string command_section(const CommandSpec& command, const std::vector<std::string>& path) {
  const std::vector<OptionSpec> options = visible(command.options);
  if (options.empty() && command.details.empty() && command.examples.empty()) return "";
  std::string text = fmt::format("\n### {}\n\n    {}\n", full_name(path), usage_of(command, path));
  for (const std::string& paragraph : paragraphs_of(command)) text += "\n" + paragraph + "\n";
  for (const std::string& example : command.examples) text += "\nExample: " + code(example) + "\n";
  if (!options.empty()) text += "\n" + table("Option", "Description") + option_rows(options);
  return text;
}

std::string hidden_commands(const CommandSpec& group, const std::vector<std::string>& path) {
  std::vector<std::string> calls;
  for (const CommandSpec& command : commands_of(group, Visibility::hidden)) {
    calls.push_back(code(with_arguments(full_name(below(path, command)), command)));
  }
  if (calls.empty()) return "";
  return fmt::format("\nIndividual steps, as separate commands: {}.\n", join(calls, ", "));
}

std::string group_section(const CommandSpec& group, const std::vector<std::string>& path) {
  std::string rows, sections;
  for (const CommandSpec& command : commands_of(group, Visibility::shown)) {
    if (command.group()) continue;
    const std::vector<std::string> names = below(path, command);
    rows += row(code(with_arguments(full_name(names), command)), command.summary);
    sections += command_section(command, names);
  }
  return fmt::format("\n## {}\n\n{}.\n\n{}{}{}{}", full_name(path), group.summary,
                     table("Command", "Description"), rows, hidden_commands(group, path), sections);
}

std::string topic_section(const Topic& topic) {
  std::string text = fmt::format("\n## {}\n\n", topic.title);
  if (!topic.introduction.empty()) text += topic.introduction + "\n\n";
  text += table("", "");
  for (const auto& [name, meaning] : topic.entries) text += row(code(name), meaning);
  return text;
}

// Man pages.

// Escapes text for roff. Hyphens in names and options must stay hyphens when copied.
std::string roff(const std::string& text) {
  static const std::map<char, std::string_view> escapes = {{'\\', "\\e"},  {'-', "\\-"},   {'\'', "\\(aq"},
                                                           {'`', "\\(ga"}, {'~', "\\(ti"}, {'^', "\\(ha"}};
  // A leading dot would start a request.
  std::string escaped = text.starts_with('.') ? "\\&" : "";
  for (const char c : text) {
    const auto escape = escapes.find(c);
    escaped += escape == escapes.end() ? std::string_view(&c, 1) : escape->second;
  }
  return escaped;
}

std::string bold(const std::string& text) { return "\\fB" + roff(text) + "\\fR"; }
std::string item(const std::string& name, const std::string& text) {
  return ".TP\n" + name + "\n" + roff(text) + "\n";
}
std::string section(const std::string& title) { return fmt::format(".SH \"{}\"\n", title); }

std::string option_items(const std::vector<OptionSpec>& options) {
  std::string text;
  for (const OptionSpec& option : visible(options)) text += item(names_of(option, bold), explanation(option));
  return text;
}

std::string command_item(const CommandSpec& command, const std::vector<std::string>& path) {
  const std::string arguments = arguments_of(command);
  std::string text =
      item(bold(full_name(path)) + (arguments.empty() ? "" : " " + roff(arguments)), command.summary + ".");
  for (const std::string& paragraph : paragraphs_of(command)) text += ".IP\n" + roff(paragraph) + "\n";
  for (const std::string& example : command.examples) text += ".IP\nExample: " + bold(example) + "\n";
  const std::vector<OptionSpec> options = visible(command.options);
  if (!options.empty()) text += ".RS\n" + option_items(options) + ".RE\n";
  return text;
}

std::string man_group_section(const CommandSpec& group, const std::vector<std::string>& path) {
  std::string text = fmt::format(".SS \"{}\"\n{}.\n", roff(full_name(path)), roff(group.summary));
  for (const CommandSpec& command : commands_of(group, Visibility::shown)) {
    if (!command.group()) text += command_item(command, below(path, command));
  }
  return text;
}

std::string man_topic_section(const Topic& topic) {
  std::string title;
  for (const char c : topic.title) title += c >= 'a' && c <= 'z' ? static_cast<char>(c - 'a' + 'A') : c;
  std::string text = section(title);
  if (!topic.introduction.empty()) text += roff(topic.introduction) + "\n";
  for (const auto& [name, meaning] : topic.entries) text += item(bold(name), meaning);
  return text;
}

}  // namespace

std::string commands_document() {
  const CommandSpec& root = command_table();
  std::string text =
      R"(<!-- Generated by `kamal help --format markdown`: change the commands in src/cli, not this file. -->
# Commands

    kamal COMMAND [OPTIONS] [ARGUMENTS]

Any unambiguous prefix of a command works (`kamal app det`), and `-` works for `_`.
Aliases from `deploy.yml` are commands, too. For details, add `--help` to any command, or run `kamal help COMMAND`.
)";
  text += sections_of(root, group_section);
  text += "\n## Global options\n\nNegate a flag with `--no-`: `--no-skip-hooks`.\n\n";
  text += table("Option", "Description") + option_rows(options_of(command_table()));
  for (const Topic& topic : topics()) text += topic_section(topic);
  return text;
}

std::string man_page() {
  const CommandSpec& root = command_table();
  std::string text = fmt::format(".TH KAMAL 1 \"\" \"kamal {}\" \"User Commands\"\n", kamal_version);
  text +=
      section("NAME") + "kamal \\- " + roff(lower(root.summary.substr(0, 1)) + root.summary.substr(1)) + "\n";
  text += section("SYNOPSIS") + bold("kamal") + " COMMAND [OPTIONS] [ARGUMENTS]\n";
  text += section("DESCRIPTION") +
          "Builds the image of a web app and runs it on any server with Docker and SSH, behind a proxy that "
          "switches versions without dropping requests. The configuration is in config/deploy.yml.\n";
  text += ".PP\nAny unambiguous prefix of a command works, and \\- works for _.\n";
  text += section("COMMANDS") + sections_of(root, man_group_section);
  text += section("OPTIONS") + "Every command takes these. Negate a flag with " + bold("--no-") + ": " +
          bold("--no-skip-hooks") + ".\n" + option_items(options_of(command_table()));
  for (const Topic& topic : topics()) text += man_topic_section(topic);
  return text + section("SEE ALSO") + bold("docker") + "(1), " + bold("ssh_config") + "(5)\n";
}

}  // namespace kamal::cli
