#include "cli/aliases.h"

#include <fmt/format.h>

#include <algorithm>

#include "kamal/support/quoting.h"
#include "kamal/support/strings.h"

namespace kamal::cli {
namespace {

std::vector<std::string> command_names() {
  std::vector<std::string> names;
  for (const CommandSpec& command : command_table().commands) names.push_back(command.name);
  return names;
}

[[noreturn]] void report_unknown(const std::string& word, const Value* aliases) {
  std::vector<std::string> names = command_names();
  if (aliases && aliases->is_map()) {
    for (const auto& [name, command] : aliases->map()) names.push_back(name);
  }
  const std::string meant = nearest(word, names);
  throw UsageError(
      fmt::format("Could not find command \"{}\"{}", word,
                  meant.empty() ? " (see `kamal --help`)" : fmt::format(". Did you mean \"{}\"?", meant)));
}

}  // namespace

Options options_behind_alias(const ParsedLine& line) {
  const CommandSpec anything{.name = *line.unknown_command,
                             .summary = "",
                             .arguments = "",
                             .min_args = 0,
                             .max_args = any_number,
                             .options = {},
                             .commands = {},
                             .hidden = false,
                             .forwards_unknown_options = true};
  return parse_command(anything, {*line.unknown_command}, line.words_behind_it).options;
}

std::vector<std::string> expand_alias(const ParsedLine& line, const Value& raw_configuration,
                                      std::vector<std::string>& seen) {
  const std::string& name = *line.unknown_command;
  const Value* const aliases = raw_configuration.find("aliases");
  const Value* const command = aliases ? aliases->find(name) : nullptr;
  if (!command || !command->is_scalar()) report_unknown(name, aliases);
  if (std::find(seen.begin(), seen.end(), name) != seen.end()) {
    throw UsageError(
        fmt::format("The alias \"{}\" leads back to itself: {} -> {}", name, join(seen, " -> "), name));
  }
  seen.push_back(name);
  std::optional<std::vector<std::string>> words = shell_split(command->text());
  if (!words || words->empty()) {
    throw UsageError(fmt::format("The alias \"{}\" can't be read: {}", name, command->text()));
  }
  words->insert(words->end(), line.words_behind_it.begin(), line.words_behind_it.end());
  return *words;
}

}  // namespace kamal::cli
