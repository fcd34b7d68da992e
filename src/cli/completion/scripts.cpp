#include "cli/completion/scripts.h"

namespace kamal::cli {
namespace {

// Works in bash 3.2, too, the one of macOS.
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

}  // namespace

std::optional<std::string_view> completion_script(std::string_view shell) {
  if (shell == "bash") return bash_script;
  if (shell == "zsh") return zsh_script;
  if (shell == "fish") return fish_script;
  return std::nullopt;
}

}  // namespace kamal::cli
