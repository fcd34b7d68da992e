#include <fmt/format.h>

#include <algorithm>

#include "cli/completion/candidates.h"
#include "cli/completion/scripts.h"
#include "cli/main/main_commands.h"
#include "kamal/support/strings.h"

namespace kamal::cli {
namespace {

// Descriptions may come from the project's files, and go to a terminal.
std::string without_control_characters(std::string text) {
  std::replace_if(
      text.begin(), text.end(), [](char c) { return static_cast<unsigned char>(c) < ' ' || c == 0x7f; }, ' ');
  return text;
}

// One candidate per line: the word, a tab, its description.
std::string completion_lines(const std::vector<std::string>& args, const EnvironmentMap& environment) {
  const Completions completions = completions_of(args, environment);
  std::string lines = completions.files ? std::string(files_marker) + "\n" : "";
  for (const auto& [word, description] : completions.candidates) {
    lines += word + "\t" + without_control_characters(description) + "\n";
  }
  return lines;
}

}  // namespace

void print_completion(const Invocation& invocation, const Effects& effects) {
  if (invocation.options.flag("words")) {
    return effects.out(completion_lines(invocation.arguments, effects.environment));
  }
  if (invocation.arguments.size() != 1) {
    throw UsageError("Exactly one shell is required. Usage: kamal completion SHELL");
  }
  const std::optional<std::string_view> script = completion_script(invocation.arguments.at(0));
  if (!script) {
    throw UsageError(fmt::format("No completion script for {} (available: {})", invocation.arguments[0],
                                 join(invocation.command->choices, ", ")));
  }
  effects.out(*script);
}

}  // namespace kamal::cli
