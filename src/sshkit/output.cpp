#include "kamal/sshkit/output.h"

#include <fmt/format.h>

namespace kamal::sshkit {
namespace {

constexpr const char* red = "31";
constexpr const char* green = "32";
constexpr const char* yellow = "33";
constexpr const char* blue = "34";
constexpr const char* magenta = "35";
constexpr std::string_view this_machine = "localhost";

std::string_view place(std::string_view host) { return host.empty() ? this_machine : host; }

struct Level {
  const char* label;
  const char* color;
};

Level level_of(Severity severity) {
  switch (severity) {
    case Severity::debug:
      return {" DEBUG", "30"};
    case Severity::info:
      return {"  INFO", blue};
    case Severity::warn:
      return {"  WARN", yellow};
    case Severity::error:
      break;
  }
  return {" ERROR", red};
}

bool shown(Severity severity, Verbosity verbosity) {
  switch (verbosity) {
    case Verbosity::debug:
      return true;
    case Verbosity::info:
      return severity >= Severity::info;
    case Verbosity::error:
      break;
  }
  return severity == Severity::error;
}

// The last byte of the control sequence (ESC [ ... letter) that starts at `at`.
size_t end_of_control(std::string_view text, size_t at) {
  if (at + 1 >= text.size() || text[at + 1] != '[') return at;
  size_t end = at + 2;
  while (end < text.size() && (text[end] < '@' || text[end] > '~')) ++end;
  return end;
}

std::string without_color(std::string_view text) {
  std::string plain;
  for (size_t at = 0; at < text.size(); ++at) {
    if (text[at] == '\x1b') {
      at = end_of_control(text, at);
    } else {
      plain += text[at];
    }
  }
  return plain;
}

}  // namespace

Output::Output(Writer out, Color color, Verbosity verbosity)
    : out_(std::move(out)), color_(color), verbosity_(verbosity) {}

Verbosity Output::verbosity() const {
  const std::lock_guard lock(mutex_);
  return verbosity_;
}

void Output::set_verbosity(Verbosity verbosity) {
  const std::lock_guard lock(mutex_);
  verbosity_ = verbosity;
}

void Output::set_observer(Observer observer) {
  const std::lock_guard lock(mutex_);
  observer_ = std::move(observer);
}

std::string Output::paint(std::string_view text, const char* code) const {
  if (color_ == Color::never) return std::string(text);
  return fmt::format("\x1b[{}m{}\x1b[0m", code, text);
}

void Output::write(Severity severity, std::string_view text, std::string_view host, std::string_view stream) {
  const std::lock_guard lock(mutex_);
  const Level level = level_of(severity);
  const std::string line = fmt::format("{} {}\n", paint(level.label, level.color), text);
  if (shown(severity, verbosity_)) out_(line);
  if (observer_) observer_({severity, without_color(line), host, stream});
}

void Output::log(Severity severity, std::string_view message) { write(severity, message); }

void Output::result(std::string_view text) {
  const std::lock_guard lock(mutex_);
  out_(fmt::format("{}\n", text));
}

void Output::raw(std::string_view text) {
  const std::lock_guard lock(mutex_);
  out_(text);
}

void Output::say(std::string_view message, Tone tone) {
  const std::lock_guard lock(mutex_);
  const char* const code = tone == Tone::step ? magenta : tone == Tone::warning ? yellow : red;
  out_((tone == Tone::plain ? std::string(message) : paint(message, code)) + "\n");
  if (observer_) observer_({Severity::info, fmt::format("{}\n", message), {}, {}});
}

void Output::command_started(std::string_view id, std::string_view host, std::string_view command,
                             Severity severity) {
  const std::string_view where = place(host);
  write(severity,
        fmt::format("[{}] Running {} on {}", paint(id, green), paint(command, "1;33"), paint(where, blue)),
        where);
}

void Output::command_output(std::string_view id, std::string_view host, Stream stream,
                            std::string_view line) {
  const bool out = stream == Stream::out;
  const std::string prefix = host.empty() ? "" : fmt::format("{} ", paint(fmt::format("{}:", host), blue));
  write(Severity::debug, fmt::format("[{}] {}{}", paint(id, green), prefix, paint(line, out ? green : red)),
        place(host), out ? "stdout" : "stderr");
}

void Output::command_finished(std::string_view id, std::string_view host, double seconds, int status,
                              Severity severity) {
  const std::string outcome = status == 0 ? paint("successful", "1;32") : paint("failed", "1;31");
  const std::string where = host.empty() ? "" : fmt::format(" on {}", host);
  write(severity,
        fmt::format("[{}] Finished in {:.3f} seconds with exit status {} ({}){}.", paint(id, green), seconds,
                    status, outcome, where),
        place(host));
}

}  // namespace kamal::sshkit
