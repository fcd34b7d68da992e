#include "cli/help/help.h"

#include <fmt/format.h>

#include <algorithm>
#include <charconv>

#include "cli/arguments/command_line.h"
#include "cli/completion/candidates.h"
#include "cli/help/documents.h"
#include "kamal/cli/run.h"
#include "kamal/config/documentation.h"
#include "kamal/support/strings.h"
#include "kamal/support/suggestions.h"
#include "kamal/support/version.h"

namespace kamal::cli {
namespace {

// Fits every terminal, and stays readable.
constexpr size_t min_width = 80, max_width = 110;

size_t terminal_width(const EnvironmentMap& environment) {
  const std::string columns = get(environment, "COLUMNS").value_or("");
  size_t width = min_width;
  std::from_chars(columns.data(), columns.data() + columns.size(), width);
  return std::clamp(width, min_width, max_width);
}

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
    rows.emplace_back(with_arguments(command.name, command), command.summary);
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

constexpr size_t margin = 2, gap = 2;

std::vector<std::string> broken(std::string_view text, size_t width) {
  std::vector<std::string> lines;
  for (const std::string& word : split(text, ' ')) {
    if (word.empty()) continue;
    if (lines.empty() || lines.back().size() + 1 + word.size() > width) {
      lines.push_back(word);
    } else {
      lines.back() += " " + word;
    }
  }
  return lines;
}

std::string alias_help(const std::string& alias, const Invocation& invocation,
                       const EnvironmentMap& environment) {
  const std::optional<std::string> destination = invocation.options.text("destination");
  CompletionProject project(invocation.options.text("config_file").value(),
                            destination ? std::optional(Destination(*destination)) : std::nullopt,
                            environment);
  std::vector<std::string> seen;
  const CommandLine target = read_command_line(expand_alias(alias, {}, project.configuration(), seen));
  const std::string name = target.unknown_command.value_or(join(target.path, " "));
  return fmt::format("{0} is an alias for: {1}\n\nRun `kamal help {2}` for details.\n", alias,
                     project.alias(alias).value_or(name), name);
}

// Help for the command that the arguments of `kamal help` name.
std::string requested_help(const Invocation& invocation, const EnvironmentMap& environment) {
  const CommandLine line = read_command_line(invocation.arguments);
  if (line.unknown_command) return alias_help(*line.unknown_command, invocation, environment);
  if (!line.command) throw UsageError(*line.error);
  if (!line.arguments.empty()) {
    throw UsageError(fmt::format("Unknown command \"{}\" for {}", line.arguments[0], full_name(line.path)));
  }
  return help_text(*line.command, line.path, terminal_width(environment));
}

void print_documentation(const Invocation& invocation, const Effects& effects) {
  const std::optional<std::string> section =
      invocation.arguments.empty() ? std::nullopt : std::optional(lower(invocation.arguments[0]));
  const std::vector<std::string> sections = config::documentation_sections();
  if (section && !contains(sections, *section)) {
    throw UsageError(fmt::format("No documentation found for {}{}", *section,
                                 suggestion(*section, sections, "available: " + join(sections, ", "))));
  }
  effects.out(config::documentation(section));
}

// Scripts compare the version of Kamal.
void print_version(const Invocation& invocation, const Effects& effects) {
  const bool all = invocation.options.flag("verbose") && effects.build_info;
  effects.out(all ? effects.build_info() : std::string(kamal_version) + "\n");
}

// A group's commands, then its groups, indented further.
std::string branch(const CommandSpec& group, const std::string& name, const std::string& indent) {
  std::string text = fmt::format("{}kamal:cli:{}\n", indent, name);
  const std::string below = indent + "  ";
  std::vector<CommandSpec> commands = commands_of(group, Visibility::shown);
  std::erase_if(commands, [](const CommandSpec& command) { return command.inherited; });
  for (const CommandSpec& command : commands) {
    const char* const icon = &command == &commands.back() ? "└─" : "├─";
    text += fmt::format("{}{} {} ({})\n", below, icon, command.name, command.summary);
  }
  for (const CommandSpec& command : commands) {
    if (command.group()) text += branch(command, command.name, below);
  }
  return text;
}

// The format of Thor's `tree`, which scripts may parse.
void print_tree(const Invocation& invocation, const Effects& effects) {
  if (invocation.path.size() == 1) return effects.out(branch(command_table(), "main", ""));
  const std::string& name = invocation.path.front();
  effects.out(branch(*command_table().find(name), name, ""));
}

}  // namespace

std::string wrapped(std::string_view text, size_t indent, size_t width) {
  std::string result;
  for (const std::string& line : broken(text, width - indent)) {
    result += std::string(indent, ' ') + line + "\n";
  }
  return result;
}

std::string columns(const Rows& rows, size_t width) {
  size_t widest = 0;
  for (const auto& [name, text] : rows) widest = std::max(widest, name.size());
  const size_t indent = margin + widest + gap;
  std::string result;
  for (const auto& [name, text] : rows) {
    std::string lines =
        text.empty() ? std::string(margin + name.size(), ' ') + "\n" : wrapped(text, indent, width);
    result += lines.replace(margin, name.size(), name);
  }
  return result;
}

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

void print_help(const Invocation& invocation, const Effects& effects) {
  const size_t width = terminal_width(effects.environment);
  if (invocation.help) return effects.out(help_text(*invocation.command, invocation.path, width));
  const std::string format = invocation.options.text("format").value_or("text");
  if (format == "man") return effects.out(man_page());
  if (format == "markdown") return effects.out(commands_document());
  effects.out(requested_help(invocation, effects.environment));
}

std::vector<CommandSpec> help_commands() {
  return {
      {.name = "docs",
       .summary = "Explain the configuration, or one section of it",
       .arguments = "[SECTION]",
       .max_args = 1,
       .choices = config::documentation_sections(),
       .examples = {"kamal docs", "kamal docs proxy"},
       .run = print_documentation},
      {.name = "help",
       .summary = "Show help for kamal or one of its commands",
       .arguments = "[COMMAND...]",
       .max_args = 2,
       .options = {choice_option("--format FORMAT", "Output format (man, markdown: all commands)",
                                 {"text", "man", "markdown"}, "text")},
       .completes = Completes::commands,
       .examples = {"kamal help app exec"},
       .run = print_help,
       .inherited = true},
      {.name = "version",
       .summary = "Print the version of kamal",
       .details = "Prints the release of Kamal that it replaces; with --verbose, also its own version, "
                  "commit, target "
                  "and libraries.",
       .examples = {"kamal version", "kamal version --verbose"},
       .run = print_version},
  };
}

CommandSpec tree_command() {
  return {.name = "tree",
          .summary = "Print all commands as a tree",
          .examples = {"kamal tree"},
          .run = print_tree,
          .inherited = true};
}

}  // namespace kamal::cli
