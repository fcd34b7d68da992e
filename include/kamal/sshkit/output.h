#pragma once

#include <functional>
#include <mutex>
#include <string>
#include <string_view>

#include "kamal/support/process.h"

namespace kamal::sshkit {

// -q shows errors and results, -v every line of every command.
enum class Verbosity { error, info, debug };
enum class Color { never, always };
enum class Severity { debug, info, warn, error };

// The story of a run, one whole line at a time, from any thread. Everything shown passes through here.
class Output {
 public:
  // Gets finished text, line ends included.
  using Writer = std::function<void(std::string_view)>;
  // Gets every line without colour, whatever the verbosity, with where it came from: for logs.
  struct Line {
    Severity severity = Severity::info;
    std::string_view text{};
    std::string_view host{};    // "" for messages, localhost for commands of this machine
    std::string_view stream{};  // "stdout", "stderr" or ""
  };
  using Observer = std::function<void(const Line&)>;

  Output(Writer out, Color color, Verbosity verbosity);

  Verbosity verbosity() const;
  void set_verbosity(Verbosity verbosity);
  void set_observer(Observer observer);

  // A message of the story, shown from `severity` on.
  void log(Severity severity, std::string_view message);
  // What a command asked for: shown whatever the verbosity. Raw text is written as it is.
  void result(std::string_view text);
  void raw(std::string_view text);
  // A heading or remark in colour (magenta, yellow, red), shown whatever the verbosity, as `say` does.
  enum class Tone { plain, step, warning, failure };
  void say(std::string_view message, Tone tone = Tone::plain);

  // A command's way: `id` is short and random, the same for its lines.
  void command_started(std::string_view id, std::string_view host, std::string_view command,
                       Severity severity);
  void command_output(std::string_view id, std::string_view host, Stream stream, std::string_view line);
  void command_finished(std::string_view id, std::string_view host, double seconds, int status,
                        Severity severity);

 private:
  void write(Severity severity, std::string_view text, std::string_view host = {},
             std::string_view stream = {});
  std::string paint(std::string_view text, const char* code) const;

  Writer out_;
  Color color_;
  Verbosity verbosity_;
  Observer observer_;
  mutable std::mutex mutex_;
};

// Sets a verbosity for the time of its life.
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
