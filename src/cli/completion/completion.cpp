#include "cli/completion/completion.h"

#include <fmt/format.h>

#include <algorithm>

#include "cli/arguments/command_line.h"
#include "cli/completion/candidates.h"
#include "cli/completion/scripts.h"
#include "kamal/cli/run.h"
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

}  // namespace

std::vector<CommandSpec> completion_commands() {
  return {{.name = "completion",
           .summary = "Print a shell's completion script: bash, zsh or fish",
           .arguments = "SHELL",
           .max_args = any_number,
           .options = {{.name = "words",
                        .help = "Print what could replace the last argument, for these scripts",
                        .hidden = true}},
           .choices = {"bash", "zsh", "fish"},
           .details = paragraphs(R"(
Completes commands and options and, from deploy.yml, destinations, roles, hosts, accessories and aliases. Runs
nothing, locally or remotely.

bash: `source <(kamal completion bash)` in ~/.bashrc.

zsh: `source <(kamal completion zsh)` in ~/.zshrc, after compinit.

fish: `kamal completion fish | source` in ~/.config/fish/config.fish.)"),
           .examples = {"source <(kamal completion bash)"},
           .run = print_completion,
           .no_prefix_match = true}};
}

}  // namespace kamal::cli
