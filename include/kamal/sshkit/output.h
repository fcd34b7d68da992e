#pragma once

#include <functional>
#include <memory>
#include <mutex>
#include <shared_mutex>
#include <string>
#include <string_view>
#include <vector>

#include "kamal/support/process.h"
#include "kamal/support/readable.h"
#include "kamal/support/waits.h"

namespace spdlog {
class logger;
namespace sinks {
class sink;
}
}  // namespace spdlog

namespace kamal::sshkit {

// -q shows errors and results, -v every line of every command.
enum class Verbosity { error, info, debug };
enum class Color { never, always };
enum class Severity { debug, info, warn, error };

// Text in a terminal's color, given by its SGR code ("31": red), or unchanged.
std::string painted(std::string_view text, const char* code, Color color);
// The name of a host in output: localhost for this machine, which has none.
std::string_view shown_host(std::string_view host);

// How the command of a step, or of this machine, ended.
struct CommandEnding {
  double seconds = 0;
  int status = 0;
  bool failure_matters = true;  // if not, a non-zero status is an expected result
};

// Follows the commands of a run, whatever the verbosity. Called from any thread, for many commands at a time:
// must not block. `id` is as in the output; `host` is empty on this machine; texts are redacted and
// printable.
class CommandObserver {
 public:
  virtual ~CommandObserver() = default;
  virtual void started(std::string_view id, std::string_view host, std::string_view command) = 0;
  virtual void printed(std::string_view id, std::string_view host, Stream stream, std::string_view line) = 0;
  virtual void finished(std::string_view id, std::string_view host, const CommandEnding& ending) = 0;
};

// Thread-safe, line-buffered output of a run: a logger whose first sink is the terminal. Everything printed
// goes through it.
class Output {
 public:
  // Receives complete text, including line ends.
  using Writer = std::function<void(std::string_view)>;
  // `speed` of time, for Waits.
  Output(Writer out, Color color, Verbosity verbosity, int speed = 1);
  ~Output();

  Verbosity verbosity() const;
  void set_verbosity(Verbosity verbosity);
  Color color() const { return color_; }

  // A log gets every line at any verbosity, without its line end and possibly with colors. The message's
  // source location says where the line comes from: `filename` is the host ("" for messages, localhost for
  // commands of this machine), `funcname` the stream ("stdout", "stderr" or "").
  using Log = std::shared_ptr<spdlog::sinks::sink>;
  void add_log(Log log);
  void remove_log(const Log& log);

  // Followed until it is removed, which waits for calls that are under way.
  void add_observer(CommandObserver& observer);
  void remove_observer(CommandObserver& observer);

  // Redacts a secret in what programs print from now on, results apart.
  void hide(std::string_view secret);
  // What a program printed, for a message: without secrets, control characters and colors.
  std::string readable(std::string_view text) const { return readable(text, Colors::remove); }

  // A progress message of this severity.
  void log(Severity severity, std::string_view message);
  // The result of a command: shown at any verbosity. Raw text is written unchanged.
  void result(std::string_view text);
  void raw(std::string_view text);
  // A heading or remark in color (magenta, yellow, red), hidden by -q.
  enum class Tone { plain, step, warning, failure };
  void say(std::string_view message, Tone tone = Tone::plain);

  // The progress of a command: `id` is short and random, the same on all its lines.
  void command_started(std::string_view id, std::string_view host, std::string_view command,
                       Severity severity);
  void command_output(std::string_view id, std::string_view host, Stream stream, std::string_view line);
  void command_finished(std::string_view id, std::string_view host, const CommandEnding& ending,
                        Severity severity);
  // While in scope, the command is running; reports that if it is slow and shows no output.
  std::unique_ptr<Wait> command_wait(std::string_view id, std::string_view host, std::string_view command);
  Waits& waits() { return waits_; }

 private:
  // `text` after its level, and unchanged.
  void log(Severity severity, std::string_view text, std::string_view host, std::string_view stream);
  void write(Severity severity, std::string_view text, std::string_view host, std::string_view stream);
  template <typename Call>
  void notify(const Call& call) {
    const std::shared_lock lock(observers_mutex_);
    for (CommandObserver* observer : observers_) call(*observer);
  }
  std::string readable(std::string_view text, Colors colors) const;
  std::string paint(std::string_view text, const char* code) const { return painted(text, code, color_); }

  Writer out_;
  Color color_;
  Verbosity verbosity_;
  Log terminal_;
  std::unique_ptr<spdlog::logger> logger_;
  mutable std::mutex mutex_;
  SecretMask secrets_;
  mutable std::shared_mutex secrets_mutex_;
  std::vector<CommandObserver*> observers_;
  std::shared_mutex observers_mutex_;
  Waits waits_;  // the last member, since its thread uses the others
};

// Sets the verbosity while in scope.
class VerbosityScope {
 public:
  VerbosityScope(Output& output, Verbosity verbosity) : output_(output), before_(output.verbosity()) {
    output_.set_verbosity(verbosity);
  }
  ~VerbosityScope() { output_.set_verbosity(before_); }
  VerbosityScope(const VerbosityScope&) = delete;
  VerbosityScope& operator=(const VerbosityScope&) = delete;

 private:
  Output& output_;
  Verbosity before_;
};

}  // namespace kamal::sshkit
