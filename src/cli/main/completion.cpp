#include <fmt/format.h>

#include <algorithm>

#include "cli/main/completion_candidates.h"
#include "cli/main/completion_scripts.h"
#include "cli/main/main_commands.h"
#include "kamal/support/strings.h"

namespace kamal::cli {
namespace {

// One line: descriptions come from files of the project, too, and go to a terminal.
std::string in_one_line(std::string text) {
  std::replace_if(
      text.begin(), text.end(), [](char c) { return static_cast<unsigned char>(c) < ' ' || c == 0x7f; }, ' ');
  return text;
}

// A line for each candidate: the word, a tab, its description.
std::string answer(const std::vector<std::string>& words, const EnvironmentMap& environment) {
  const Completions completions = completions_of(words, environment);
  std::string lines = completions.files ? std::string(files_answer) + "\n" : "";
  for (const auto& [word, description] : completions.candidates) {
    lines += word + "\t" + in_one_line(description) + "\n";
  }
  return lines;
}

}  // namespace

void print_completion(const Invocation& invocation, const Effects& effects) {
  if (invocation.options.flag("words")) {
    return effects.out(answer(invocation.arguments, effects.environment));
  }
  if (invocation.arguments.size() != 1) {
    throw UsageError("kamal completion takes the name of one shell. Usage: kamal completion SHELL");
  }
  const std::optional<std::string_view> script = completion_script(invocation.arguments.at(0));
  if (!script) {
    throw UsageError(fmt::format("There is no completion script for {} (there are: {})",
                                 invocation.arguments[0], join(invocation.command->choices, ", ")));
  }
  effects.out(*script);
}

}  // namespace kamal::cli
