#include "cli/command_table.h"

#include <fmt/format.h>

#include <algorithm>

#include "cli/arguments/command_line.h"
#include "cli/completion/candidates.h"
#include "kamal/cli/run.h"
#include "kamal/support/strings.h"
#include "kamal/support/suggestions.h"

namespace kamal::cli {
namespace {

// The line of output that asks the shell for filenames.
constexpr std::string_view files_marker = ":files";

// Also works in macOS's bash 3.2.
constexpr std::string_view bash_script =
    R"(# bash completion for kamal. In ~/.bashrc: source <(kamal completion bash)

_kamal() {
  local rest=${COMP_LINE:0:COMP_POINT} words=() kamal=$1 blanks piece word typed i
  # bash splits words at = and : too; join them again.
  for ((i = 0; i <= COMP_CWORD; i++)); do
    blanks=${rest%%[![:blank:]]*}
    rest=${rest#"$blanks"}
    piece=${COMP_WORDS[i]}
    if ((i == COMP_CWORD)); then piece=$rest; fi
    if [[ -z $blanks ]] && ((i > 0)); then
      words[${#words[@]} - 1]+=$piece
    else
      words+=("$piece")
    fi
    rest=${rest#"$piece"}
  done
  typed=${words[${#words[@]} - 1]}
  if [[ $kamal == "~/"* ]]; then kamal=$HOME${kamal#"~"}; fi
  COMPREPLY=()
  while IFS=$'\t' read -r word _; do
    if [[ $word == ":files" ]]; then
      compopt -o filenames 2>/dev/null
      while IFS= read -r word; do COMPREPLY+=("$word"); done < <(compgen -f -- "$2")
    elif [[ $word == "$typed"* ]]; then
      COMPREPLY+=("${word#"${typed%"$2"}"}")
    fi
  done < <("$kamal" completion --words -- "${words[@]:1}" 2>/dev/null)
}
complete -F _kamal kamal
)";

constexpr std::string_view zsh_script = R"(#compdef kamal
# zsh completion for kamal. In ~/.zshrc, after compinit: source <(kamal completion zsh)

_kamal() {
  local kamal=${words[1]/#\~\//$HOME/} line word files
  local -a candidates
  for line in "${(@f)$("$kamal" completion --words -- "${(@)words[2,CURRENT-1]}" "$PREFIX" 2>/dev/null)}"; do
    word=${${line%%$'\t'*}//:/\\:}
    if [[ $line == :files ]]; then
      files=yes
    elif [[ $line == *$'\t'?* ]]; then
      candidates+=("$word:${line#*$'\t'}")
    elif [[ -n $word ]]; then
      candidates+=("$word")
    fi
  done
  if [[ -n $files ]]; then
    compset -P '--*='
    _files
  else
    _describe -t kamal kamal candidates
  fi
}

if [[ $funcstack[1] == _kamal ]]; then
  _kamal "$@"
else
  compdef _kamal kamal
fi
)";

constexpr std::string_view fish_script =
    R"(# fish completion for kamal. In ~/.config/fish/config.fish: kamal completion fish | source

function __kamal_candidates
    set -l words (commandline -opc)
    set -l typed (commandline -ct)
    set -l kamal (string replace -r '^~/' "$HOME/" -- $words[1])
    set -e words[1]
    for line in ($kamal completion --words -- $words "$typed" 2>/dev/null)
        if test "$line" = :files
            set -l option (string match -r '^--[^=]*=' -- "$typed")
            for file in (__fish_complete_path (string replace -r '^--[^=]*=' '' -- "$typed"))
                echo -- "$option$file"
            end
        else
            echo -- $line
        end
    end
end

complete -c kamal -f -a '(__kamal_candidates)'
)";

// The script with which a shell passes its command line to `kamal completion --words` and offers the output.
// Null for an unknown shell.
std::optional<std::string_view> completion_script(std::string_view shell) {
  if (shell == "bash") return bash_script;
  if (shell == "zsh") return zsh_script;
  if (shell == "fish") return fish_script;
  return std::nullopt;
}

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
    const std::vector<std::string>& shells = invocation.command->choices;
    throw UsageError(
        fmt::format("No completion script for {}{}", invocation.arguments[0],
                    suggestion(invocation.arguments[0], shells, "available: " + join(shells, ", "))));
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
