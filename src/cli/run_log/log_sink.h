#pragma once

#include <functional>
#include <optional>
#include <string>

#include "kamal/sshkit/output.h"

namespace kamal::cli {

// A command that changes servers, as logs name it.
struct LoggedCommand {
  std::string name;  // of `kamal app boot`, Kamal logs the group only: app
};

// How such a command ended.
struct Ending {
  struct Failure {
    std::string type, message;
  };
  double seconds = 0;  // to a tenth
  std::optional<Failure> failure{};
};

// What a log has to say itself: results on standard output, warnings on standard error.
struct LogVoice {
  std::function<void(const std::string&)> tell;
  std::function<void(const std::string&)> warn;
};

// Where the story of a run is kept besides the terminal. A log that can't be kept warns and is no reason to
// stop, so nothing here throws.
class LogSink {
 public:
  virtual ~LogSink() = default;
  virtual void begin(const LoggedCommand& command) = 0;
  virtual void line(
      const sshkit::Output::Line& line) = 0;  // from any thread; must not wait for anything slow
  virtual void end(const LoggedCommand& command, const Ending& ending) = 0;
  virtual void close() = 0;  // nothing comes any more
};

}  // namespace kamal::cli
