#include "kamal/sshkit/output.h"

#include <fmt/format.h>
#include <spdlog/details/null_mutex.h>
#include <spdlog/logger.h>
#include <spdlog/sinks/base_sink.h>

#include <algorithm>

#include <array>
#include "kamal/support/encoding.h"

namespace kamal::sshkit {
namespace {

constexpr const char* red = "31";
constexpr const char* green = "32";
constexpr const char* yellow = "33";
constexpr const char* blue = "34";
constexpr const char* magenta = "35";
constexpr std::string_view this_machine = "localhost";

struct Level {
  const char* label;
  const char* color;
  spdlog::level::level_enum level;
};

// By severity.
constexpr std::array levels{
    Level{" DEBUG", "30", spdlog::level::debug}, Level{"  INFO", blue, spdlog::level::info},
    Level{"  WARN", yellow, spdlog::level::warn}, Level{" ERROR", red, spdlog::level::err}};

const Level& level_of(Severity severity) { return levels[static_cast<size_t>(severity)]; }

// The first level that the terminal shows.
spdlog::level::level_enum terminal_level(Verbosity verbosity) {
  if (verbosity == Verbosity::debug) return spdlog::level::trace;
  return verbosity == Verbosity::info ? spdlog::level::info : spdlog::level::err;
}

// Output does the locking for its sinks.
class Terminal : public spdlog::sinks::base_sink<spdlog::details::null_mutex> {
 public:
  explicit Terminal(const Output::Writer& out) : out_(out) {}

 private:
  void sink_it_(const spdlog::details::log_msg& message) override {
    out_(fmt::format("{}\n", std::string_view(message.payload.data(), message.payload.size())));
  }
  void flush_() override {}

  const Output::Writer& out_;
};

std::string wait_key(std::string_view id, std::string_view host) { return fmt::format("{} {}", id, host); }

// A command that has already been shown in full.
std::string short_form(const std::string& command) {
  constexpr size_t max_length = 100;
  return shortened(command, std::min(command.find('\n'), max_length));
}

}  // namespace

std::string painted(std::string_view text, const char* code, Color color) {
  if (color == Color::never) return std::string(text);
  return fmt::format("\x1b[{}m{}\x1b[0m", code, text);
}

std::string_view shown_host(std::string_view host) { return host.empty() ? this_machine : host; }

Output::Output(Writer out, Color color, Verbosity verbosity, int speed)
    : out_(std::move(out)),
      color_(color),
      verbosity_(verbosity),
      terminal_(std::make_shared<Terminal>(out_)),
      logger_(std::make_unique<spdlog::logger>("kamal", terminal_)),
      waits_(speed) {
  logger_->set_level(spdlog::level::trace);
  logger_->flush_on(spdlog::level::trace);  // for `tail -f`
  terminal_->set_level(terminal_level(verbosity_));
}

Output::~Output() = default;

Verbosity Output::verbosity() const {
  const std::lock_guard lock(mutex_);
  return verbosity_;
}

void Output::set_verbosity(Verbosity verbosity) {
  const std::lock_guard lock(mutex_);
  verbosity_ = verbosity;
  terminal_->set_level(terminal_level(verbosity));
}

void Output::add_log(Log log) {
  const std::lock_guard lock(mutex_);
  logger_->sinks().push_back(std::move(log));
}

void Output::remove_log(const Log& log) {
  const std::lock_guard lock(mutex_);
  std::erase(logger_->sinks(), log);
}

void Output::add_observer(CommandObserver& observer) {
  const std::unique_lock lock(observers_mutex_);
  observers_.push_back(&observer);
}

void Output::remove_observer(CommandObserver& observer) {
  const std::unique_lock lock(observers_mutex_);
  std::erase(observers_, &observer);
}

void Output::write(Severity severity, std::string_view text, std::string_view host, std::string_view stream) {
  const std::string from(host), through(stream);
  const std::lock_guard lock(mutex_);
  logger_->log(spdlog::source_loc(from.c_str(), 1, through.c_str()), level_of(severity).level,
               spdlog::string_view_t(text.data(), text.size()));
}

void Output::log(Severity severity, std::string_view message, std::string_view host,
                 std::string_view stream) {
  const Level& level = level_of(severity);
  write(severity, fmt::format("{} {}", paint(level.label, level.color), message), host, stream);
}

void Output::log(Severity severity, std::string_view message) { log(severity, printable(message), {}, {}); }

void Output::hide(std::string_view secret) {
  const std::unique_lock lock(secrets_mutex_);
  secrets_.add(secret);
}

std::string Output::readable(std::string_view text, Colors colors) const {
  const std::string plain = printable(text);
  const std::shared_lock lock(secrets_mutex_);
  std::string masked = secrets_.apply(plain);
  // Colors may split a secret.
  return colors == Colors::remove || masked != plain ? masked : printable(text, colors);
}

void Output::result(std::string_view text) {
  const std::lock_guard lock(mutex_);
  out_(fmt::format("{}\n", text));
}

void Output::raw(std::string_view text) {
  const std::lock_guard lock(mutex_);
  out_(text);
}

void Output::say(std::string_view message, Tone tone) {
  const char* const code = tone == Tone::step ? magenta : tone == Tone::warning ? yellow : red;
  const std::string text = printable(message);
  write(Severity::info, tone == Tone::plain ? text : paint(text, code), {}, {});
}

void Output::command_started(std::string_view id, std::string_view host, std::string_view command,
                             Severity severity) {
  const std::string_view where = shown_host(host);
  const std::string shown = printable(command);
  const std::string text =
      fmt::format("[{}] Running {} on {}", paint(id, green), paint(shown, "1;33"), paint(where, blue));
  log(severity, text, where, {});
  notify([&](CommandObserver& observer) { observer.started(id, host, shown); });
}

void Output::command_output(std::string_view id, std::string_view host, Stream stream,
                            std::string_view line) {
  const bool out = stream == Stream::out;
  const std::string prefix = host.empty() ? "" : fmt::format("{} ", paint(fmt::format("{}:", host), blue));
  const std::string shown = readable(line, color_ == Color::always ? Colors::keep : Colors::remove);
  const std::string text =
      fmt::format("[{}] {}{}", paint(id, green), prefix, paint(shown, out ? green : red));
  log(Severity::debug, text, shown_host(host), out ? "stdout" : "stderr");
  if (verbosity() == Verbosity::debug) waits_.heard(wait_key(id, host));
  notify([&](CommandObserver& observer) { observer.printed(id, host, stream, printable(shown)); });
}

std::unique_ptr<Wait> Output::command_wait(std::string_view id, std::string_view host,
                                           std::string_view command) {
  const std::string where(shown_host(host));
  const std::string title =
      fmt::format("[{}] Still running on {} after", paint(id, green), paint(where, blue));
  const auto say = [this, where, title,
                    command = paint(short_form(printable(command)), "1;33")](std::string_view after) {
    log(Severity::info, fmt::format("{} {}: {}", title, after, command), where, {});
  };
  return std::make_unique<Wait>(waits_, wait_key(id, host), say);
}

void Output::command_finished(std::string_view id, std::string_view host, const CommandEnding& ending,
                              Severity severity) {
  std::string outcome = "ignored";
  if (ending.status == 0) {
    outcome = paint("successful", "1;32");
  } else if (ending.failure_matters) {
    outcome = paint("failed", "1;31");
  }
  const std::string where = host.empty() ? "" : fmt::format(" on {}", host);
  const std::string text = fmt::format("[{}] Finished in {:.3f} seconds with exit status {} ({}){}.",
                                       paint(id, green), ending.seconds, ending.status, outcome, where);
  log(severity, text, shown_host(host), {});
  notify([&](CommandObserver& observer) { observer.finished(id, host, ending); });
}

}  // namespace kamal::sshkit
