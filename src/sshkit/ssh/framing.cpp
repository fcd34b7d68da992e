#include "sshkit/ssh/framing.h"

#include <fmt/format.h>

#include <algorithm>
#include <stdexcept>

#include "kamal/support/encoding.h"
#include "kamal/support/quoting.h"
#include "kamal/support/strings.h"

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
trap 'exit 143' TERM
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
  return !name.empty() && !is_digit(name[0]) && std::ranges::all_of(name, is_name_character);
}

// The lines of a here-document <<'.', which is no base64 character.
std::string heredoc(std::string_view bytes) { return base64_lines(bytes) + ".\n"; }

// A command in a subshell, with its input as here-document.
std::string subshell(const Command& command) {
  const std::string run = "( eval " + shell_quote(command.shell_text()) + " )";
  if (!command.input()) return run + " </dev/null\n";
  return "base64 -d <<'.' | " + run + "\n" + heredoc(*command.input());
}

std::string subshell(const Upload& upload, size_t number, std::string_view nonce) {
  const std::string mode = upload.mode ? fmt::format("{:04o}", *upload.mode) : "";
  return fmt::format("( __kamal_put {} '{}' kamal-{}-{}{} ) <<'.'\n{}",
                     shell_quote_expanding(upload.remote_path), mode, nonce.substr(0, 12), number,
                     upload.upload_mode == UploadMode::in_place ? " in_place" : "", heredoc(upload.content));
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

// No .bashrc: the login shell that starts this one has already read it, if any.
constexpr const char* choice =
    R"(case "$SHELL" in */bash) exec "$SHELL" --norc "$@" ;; *) exec sh "$@" ;; esac)";

// A marker line is `MARKER LABEL STATUS`; a longer one is text.
constexpr size_t max_label_and_status = 32;

std::optional<FrameParser::Marker> parse_marker(std::string_view line) {
  const size_t space = line.find(' ');
  if (space == std::string_view::npos) return std::nullopt;
  const std::optional<int> status = parse_integer<int>(line.substr(space + 1));
  if (!status || *status < 0) return std::nullopt;
  return FrameParser::Marker{line.substr(0, space), *status};
}

// Length of the longest suffix of `bytes` that may start a marker.
size_t partial_marker(std::string_view bytes, std::string_view marker) {
  for (size_t length = std::min(bytes.size(), marker.size() - 1); length > 0; --length) {
    if (bytes.ends_with(marker.substr(0, length))) return length;
  }
  return 0;
}

}  // namespace

std::string frame_marker(std::string_view nonce) { return "\x1ekamal " + std::string(nonce) + " "; }

std::string shell_prologue(std::string_view nonce) {
  std::string text =
      "__kamal_mark='" + frame_marker(nonce) + "'\n" + "read -r _ _ _ _ __kamal_group _ </proc/$$/stat\n";
  return text.append(end_function).append("__kamal_end ready 0\n").append(put_function).append(save_function);
}

std::string list_script(const Steps& steps, size_t first, const SavedValues& saved, std::string_view nonce) {
  std::string text = "(\n__kamal_end begin ${__kamal_group:-0}\n";
  for (const auto& [name, value] : saved) text += name + "=" + shell_quote(value) + "\n";
  for (size_t i = first; i < steps.size(); ++i) text += step_text(steps[i], i, nonce);
  return text + "exit 0\n)\n__kamal_end end $?\n";
}

std::string account_shell(const std::optional<std::string>& text) {
  const std::string start = "exec sh -c " + shell_quote(choice) + " sh";
  return text ? start + " -c " + shell_quote(*text) : start;
}

// Waits briefly for processes that ignore the signal to finish something. Does nothing on a server that does
// not give each session its own process group. Not all shells support `kill -s TERM -- -GROUP`.
std::string end_groups(const std::vector<int>& process_groups) {
  std::string text;
  for (const int group : process_groups) {
    text += fmt::format(R"sh(if [ "$__kamal_group" != {0} ] && kill -TERM -{0} 2>/dev/null; then
__kamal_wait=30
while kill -0 -{0} 2>/dev/null && [ $__kamal_wait -gt 0 ]; do
__kamal_wait=$((__kamal_wait - 1)); sleep 0.1 2>/dev/null || sleep 1
done
fi
)sh",
                        group);
  }
  return text;
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

// Length of the marker at the start of `bytes`; 0 if incomplete.
size_t FrameParser::take_marker(std::string_view bytes) {
  const std::string_view rest = bytes.substr(marker_.size());
  const size_t end = rest.substr(0, max_label_and_status + 1).find('\n');
  if (end == std::string_view::npos && rest.size() <= max_label_and_status) return 0;
  const auto marker = end == std::string_view::npos ? std::nullopt : parse_marker(rest.substr(0, end));
  if (!marker) {
    receiver_.text(bytes.substr(0, marker_.size()));
    return marker_.size();
  }
  receiver_.marker(*marker);
  return marker_.size() + end + 1;
}

void FrameParser::add(std::string_view bytes) {
  std::string joined;
  if (!pending_.empty()) {
    joined = std::move(pending_).append(bytes);
    bytes = joined;
    pending_.clear();
  }
  while (!bytes.empty()) {
    const size_t at = bytes.find(marker_);
    const size_t text = at != std::string_view::npos ? at : bytes.size() - partial_marker(bytes, marker_);
    if (text > 0) receiver_.text(bytes.substr(0, text));
    bytes.remove_prefix(text);
    if (at == std::string_view::npos) break;
    const size_t taken = take_marker(bytes);
    if (taken == 0) break;
    bytes.remove_prefix(taken);
  }
  pending_ = bytes;
}

void FrameParser::finish() {
  const std::string rest = std::exchange(pending_, {});
  if (!rest.empty()) receiver_.text(rest);
}

ListProgress::ListProgress(const Steps& steps, size_t first, std::string_view nonce, StepListener& listener)
    : steps_(steps),
      first_(first),
      current_(first),
      listener_(listener),
      progress_(steps.size() - first),
      out_{make_parser(Stream::out, nonce), false, {}, first, 0, 0},
      err_{make_parser(Stream::err, nonce), false, {}, first, 0, 0} {}

FrameParser ListProgress::make_parser(Stream stream, std::string_view nonce) {
  return {frame_marker(nonce),
          {[this, stream](std::string_view text) { on_text(stream, text); },
           [this, stream](const FrameParser::Marker& marker) { on_marker(stream, marker); }}};
}

bool ListProgress::is_done() const { return out_.end_status && err_.end_status; }

std::string& ListProgress::output_of(Stream stream, size_t step) {
  StepResult& result = progress_[step - first_].result;
  return stream == Stream::out ? result.out : result.err;
}

void ListProgress::on_text(Stream stream, std::string_view text) {
  Side& from = side(stream);
  if (from.end_status || from.step >= steps_.size()) return;  // output of a background process
  output_of(stream, from.step) += text;
  if (running() && from.began && from.step == current_) forward_lines(stream);
}

void ListProgress::on_marker(Stream stream, const FrameParser::Marker& marker) {
  Side& from = side(stream);
  if (marker.label == "ready") {
    ready_ = true;
  } else if (marker.label == "begin") {
    if (std::exchange(from.began, true) || from.step != first_) return;
    output_of(stream, first_).clear();  // output of login scripts
    process_group_ = marker.status;
    begin();
  } else if (marker.label == "end") {
    from.end_status = marker.status;
    if (is_done()) abort(marker.status);
  } else if (from.step < steps_.size() && parse_integer<int>(marker.label) == static_cast<int>(from.step)) {
    Progress& step = progress_[from.step - first_];
    step.status = marker.status;
    ++step.markers;
    ++from.step;
    while (running() && progress_[current_ - first_].markers == 2)
      finish_step(*progress_[current_ - first_].status);
  }
}

void ListProgress::begin() {
  if (!std::exchange(begun_, true)) start_step();
}

void ListProgress::forward_lines(Stream stream) {
  Side& from = side(stream);
  const std::string_view text = output_of(stream, current_);
  for (size_t end; (end = text.find('\n', from.searched)) != std::string_view::npos;) {
    listener_.output(current_, stream, text.substr(from.emitted, end - from.emitted));
    from.emitted = from.searched = end + 1;
  }
  from.searched = text.size();
}

void ListProgress::forward_rest(Stream stream) {
  forward_lines(stream);
  Side& from = side(stream);
  const std::string_view text = output_of(stream, current_);
  if (from.emitted < text.size()) listener_.output(current_, stream, text.substr(from.emitted));
  from.emitted = from.searched = 0;
}

void ListProgress::start_step() {
  if (current_ >= steps_.size() || stopped_) return;
  started_ = true;
  start_ = std::chrono::steady_clock::now();
  listener_.started(current_);
  if (out_.began) forward_lines(Stream::out);
  if (err_.began) forward_lines(Stream::err);
}

void ListProgress::finish_step(int status) {
  forward_rest(Stream::out);
  forward_rest(Stream::err);
  StepResult& result = progress_[current_ - first_].result;
  result.status = status;
  result.took =
      std::chrono::duration_cast<std::chrono::milliseconds>(std::chrono::steady_clock::now() - start_);
  started_ = false;
  if (status != 0 && steps_[current_].on_failure == OnFailure::stop) stopped_ = true;
  listener_.finished(current_, result);
  ++current_;
  start_step();
}

void ListProgress::abort(int status) {
  begin();
  if (!running()) return;
  out_.parser.finish();
  err_.parser.finish();
  stopped_ = true;
  finish_step(status == 0 ? 1 : status);
}

std::vector<StepResult> ListProgress::take_results() {
  std::vector<StepResult> results;
  for (size_t i = first_; i < current_; ++i) results.push_back(std::move(progress_[i - first_].result));
  return results;
}

}  // namespace kamal::sshkit
