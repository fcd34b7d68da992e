#include "sshkit/ssh/script.h"

#include <algorithm>
#include <cctype>
#include <cstdio>
#include <stdexcept>

#include "kamal/support/encoding.h"
#include "kamal/support/quoting.h"

namespace kamal::sshkit {
namespace {

// __kamal_end NUMBER STATUS: prints the marker on both streams; exits if the channel is closed. Returns
// STATUS.
constexpr std::string_view end_function = R"sh(__kamal_end() {
printf '%s%s %s\n' "$__kamal_mark" "$1" "$2" || exit 1
printf '%s%s %s\n' "$__kamal_mark" "$1" "$2" >&2 || exit 1
return "$2"
}
)sh";

// __kamal_put PATH MODE SUFFIX [in_place]: writes base64 from standard input to a file, atomically. A
// replaced file keeps its owner and, without MODE, its mode; symbolic links are followed. In place, a
// writable file keeps its inode, and its mode is restricted before the content is written.
constexpr std::string_view put_function = R"sh(__kamal_put() {
f=$1
if [ -L "$f" ]; then f=$(readlink -f "$f") || exit; fi
if [ -d "$f" ]; then echo "$f: Is a directory" >&2; exit 1; fi
t=$f.$3
trap 'rm -f "$t"' EXIT
( umask 077; base64 -d >"$t" ) || exit
if [ -n "$4" ] && [ -w "$f" ]; then
if [ -n "$2" ]; then chmod "$(printf %o $((0$(stat -c %a "$f") & $2 | 0200)))" "$f" || exit; fi
cat "$t" >"$f" || exit
[ -z "$2" ] || chmod "$2" "$f"
exit
fi
if [ -e "$f" ]; then chown "$(stat -c %u:%g "$f")" "$t" 2>/dev/null; fi
if [ -n "$2" ]; then chmod "$2" "$t"
elif [ -e "$f" ]; then chmod "$(stat -c %a "$f")" "$t"
else chmod =rw "$t"
fi || exit
mv -f "$t" "$f"
}
)sh";

// __kamal_save: prints $__kamal_out without its final x (which preserved line ends), then strips it.
constexpr std::string_view save_function = R"sh(__kamal_save() {
__kamal_out=${__kamal_out%x}
printf %s "$__kamal_out"
__kamal_out=${__kamal_out#"${__kamal_out%%[![:space:]]*}"}
__kamal_out=${__kamal_out%"${__kamal_out##*[![:space:]]}"}
}
)sh";

bool is_variable_name(std::string_view name) {
  const auto allowed = [](unsigned char c) { return std::isalnum(c) != 0 || c == '_'; };
  return !name.empty() && std::isdigit(static_cast<unsigned char>(name[0])) == 0 &&
         std::all_of(name.begin(), name.end(), allowed);
}

// A here-document: the delimiter after `<<`, and its lines.
struct Heredoc {
  std::string delimiter, lines;
};

Heredoc base64_heredoc(std::string_view bytes) {
  // The delimiter is not a base64 character.
  return {"'.'", base64_lines(bytes) + ".\n"};
}

// A command in a subshell, with its input as here-document.
std::string subshell(const Command& command) {
  const std::string run = "( eval " + shell_quote(command.shell_text()) + " )";
  if (!command.input()) return run + " </dev/null\n";
  const Heredoc input = base64_heredoc(*command.input());
  return "base64 -d <<" + input.delimiter + " | " + run + "\n" + input.lines;
}

std::string octal(mode_t mode) {
  char text[16];
  std::snprintf(text, sizeof text, "%04o", static_cast<unsigned>(mode));
  return text;
}

std::string subshell(const Upload& upload, size_t number, std::string_view nonce) {
  const Heredoc content = base64_heredoc(upload.content);
  std::string text = "( __kamal_put " + shell_quote_expanding(upload.remote_path) + " '";
  if (upload.mode) text += octal(*upload.mode);
  text += "' kamal-" + std::string(nonce.substr(0, 12)) + "-" + std::to_string(number);
  text += upload.upload_mode == UploadMode::in_place ? " in_place ) <<" : " ) <<";
  return text + content.delimiter + "\n" + content.lines;
}

std::string step_text(const Step& step, size_t number, std::string_view nonce) {
  const auto* command = std::get_if<Command>(&step.action);
  const std::string action =
      command != nullptr ? subshell(*command) : subshell(std::get<Upload>(step.action), number, nonce);
  const std::string end = "__kamal_end " + std::to_string(number) + " $__kamal_s" +
                          (step.on_failure == OnFailure::stop ? " || exit 0\n" : " || :\n");
  if (step.variable.empty()) return action + "__kamal_s=$?\n" + end;
  if (!is_variable_name(step.variable))
    throw std::invalid_argument("invalid variable name: " + step.variable);
  const std::string report =
      step.if_empty.empty() ? "" : "; printf '%s\\n' " + shell_quote(step.if_empty) + " >&2";
  return "__kamal_out=$(\n" + action + "__kamal_s=$?\nprintf x\nexit $__kamal_s\n)\n__kamal_s=$?\n" +
         "__kamal_save\n" + step.variable + "=$__kamal_out\n" + "[ $__kamal_s != 0 ] || [ -n \"$" +
         step.variable + "\" ] || { __kamal_s=1" + report + "; }\n" + end;
}

// No .bashrc: the login shell that starts this one has read it, if at all.
constexpr const char* choice =
    R"(case "$SHELL" in */bash) exec "$SHELL" --norc "$@" ;; *) exec sh "$@" ;; esac)";

}  // namespace

std::string frame_marker(std::string_view nonce) { return "\x1ekamal " + std::string(nonce) + " "; }

std::string shell_prologue(std::string_view nonce) {
  std::string text = "__kamal_mark='" + frame_marker(nonce) + "'\n";
  return text.append(end_function).append(put_function).append(save_function);
}

std::string list_script(const Steps& steps, size_t first, const SavedValues& saved, std::string_view nonce) {
  std::string text = "(\n__kamal_end begin 0\n";
  for (const auto& [name, value] : saved) text += name + "=" + shell_quote(value) + "\n";
  for (size_t i = first; i < steps.size(); ++i) text += step_text(steps[i], i, nonce);
  return text + "exit 0\n)\n__kamal_end end $?\n";
}

std::string account_shell(const std::optional<std::string>& text) {
  const std::string start = "exec sh -c " + shell_quote(choice) + " sh";
  return text ? start + " -c " + shell_quote(*text) : start;
}

std::string with_watcher(const Command& command) {
  return "exec 3<&0\n( eval " + shell_quote(command.shell_text()) + R"sh( ) </dev/null 3<&- &
command=$!
( cat <&3
read -r _ _ _ _ group _ </proc/$$/stat
trap '' TERM
if [ "$group" = $$ ]; then kill -TERM 0; else kill -TERM $command; fi
) >/dev/null 2>&1 &
exec 3<&-
wait $command
)sh";
}

}  // namespace kamal::sshkit
