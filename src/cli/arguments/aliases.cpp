#include "cli/arguments/aliases.h"

#include <fmt/format.h>

#include <algorithm>

#include "kamal/support/quoting.h"
#include "kamal/support/strings.h"

namespace kamal::cli {
namespace {

[[noreturn]] void report_unknown(const std::string& name, const Value* aliases) {
  std::vector<std::string> names;
  for (const CommandSpec& command : command_table().commands) names.push_back(command.name);
  if (aliases && aliases->is_map()) {
    for (const auto& [alias, command] : aliases->map()) names.push_back(alias);
  }
  const std::string closest = nearest(name, names);
  throw UsageError(fmt::format(
      "Could not find command \"{}\"{}", name,
      closest.empty() ? " (see `kamal --help`)" : fmt::format(". Did you mean \"{}\"?", closest)));
}

}  // namespace

std::vector<std::string> expand_alias(const std::string& name, const std::vector<std::string>& alias_args,
                                      const Value& raw_configuration, std::vector<std::string>& seen) {
  const Value* const aliases = raw_configuration.find("aliases");
  const Value* const command = aliases ? aliases->find(name) : nullptr;
  if (!command || !command->is_scalar()) report_unknown(name, aliases);
  if (std::find(seen.begin(), seen.end(), name) != seen.end()) {
    throw UsageError(fmt::format("Alias \"{}\" is circular: {} -> {}", name, join(seen, " -> "), name));
  }
  seen.push_back(name);
  std::optional<std::vector<std::string>> args = shell_split(command->text());
  if (!args || args->empty()) {
    throw UsageError(fmt::format("Alias \"{}\" is not a command line: {}", name, command->text()));
  }
  args->insert(args->end(), alias_args.begin(), alias_args.end());
  return *args;
}

}  // namespace kamal::cli
