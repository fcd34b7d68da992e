#include <fmt/format.h>

#include <algorithm>

#include "cli/main/main_commands.h"
#include "kamal/config/schema.h"
#include "kamal/support/strings.h"

namespace kamal::cli {

void print_documentation(const Invocation& invocation, const Effects& effects) {
  const std::optional<std::string> section =
      invocation.arguments.empty() ? std::nullopt : std::optional(lower(invocation.arguments[0]));
  const std::vector<std::string> sections = config::documentation_sections();
  if (section && std::find(sections.begin(), sections.end(), *section) == sections.end()) {
    throw UsageError(
        fmt::format("No documentation found for {} (there are: {})", *section, join(sections, ", ")));
  }
  effects.out(config::documentation(section));
}

}  // namespace kamal::cli
