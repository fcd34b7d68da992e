#include "cli/help/help_text.h"

#include <fmt/format.h>

#include <algorithm>
#include <iterator>

#include "cli/arguments/options.h"
#include "kamal/support/strings.h"

namespace kamal::cli {
namespace {

using Kind = OptionSpec::Kind;

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

std::string without_brackets(const std::string& name) {
  return name.starts_with('[') && name.ends_with(']') ? name.substr(1, name.size() - 2) : name;
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
           {"of the program", "Exit status of the interactive command (exec -i)."},
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

}  // namespace kamal::cli
