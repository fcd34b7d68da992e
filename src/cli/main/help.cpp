#include <fmt/format.h>

#include <algorithm>
#include <charconv>

#include "cli/main/main_commands.h"
#include "cli/reference/reference.h"
#include "kamal/support/strings.h"
#include "kamal/support/version.h"

namespace kamal::cli {
namespace {

// Wide enough for every terminal, and no wider than what reads well.
constexpr size_t narrowest = 80, widest = 110;

size_t width_of(const EnvironmentMap& environment) {
  const std::string columns = get(environment, "COLUMNS").value_or("");
  size_t width = narrowest;
  std::from_chars(columns.data(), columns.data() + columns.size(), width);
  return std::clamp(width, narrowest, widest);
}

// The command that the words of `kamal help app exec` lead to.
std::string help_for(const std::vector<std::string>& words, size_t width) {
  const CommandSpec* command = &command_table();
  std::vector<std::string> path;
  for (const std::string& word : words) {
    command = find_command(*command, word);
    if (!command) {
      throw UsageError(fmt::format("There is no command \"{}\" (see `kamal help`)", join(words, " ")));
    }
    path.push_back(command->name);
  }
  return help_text(*command, path, width);
}

}  // namespace

void print_help(const Invocation& invocation, const Effects& effects) {
  const size_t width = width_of(effects.environment);
  if (invocation.help) return effects.out(help_text(*invocation.command, invocation.path, width));
  const std::string format = invocation.options.text("format").value_or("text");
  if (format == "man") return effects.out(man_page());
  if (format == "markdown") return effects.out(commands_document());
  if (format != "text") {
    throw UsageError(fmt::format("--format takes text, man or markdown, not \"{}\"", format));
  }
  effects.out(help_for(invocation.arguments, width));
}

void print_version(const Invocation&, const Effects& effects) {
  effects.out(std::string(kamal_version) + "\n");
}

}  // namespace kamal::cli
