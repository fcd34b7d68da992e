#pragma once

#include <chrono>
#include <optional>
#include <string>
#include <variant>
#include <vector>

#include <sys/types.h>

#include "kamal/support/command.h"

namespace kamal::sshkit {

// What a failing step means for those behind it in the same list.
enum class OnFailure { stop, go_on };
// Who gets to see that a step ran: everybody, or -v only.
enum class LogLevel { debug, info };

// How a file takes the place of one that is there: by a rename, at once; or the old one's content is
// replaced, for those who have that very file open or mounted.
enum class Placing { rename, in_place };

// A file that is put on the server: written beside its place, given its mode, then put into place.
struct Upload {
  std::string content;      // bytes; never shown
  std::string remote_path;  // relative to the login folder, or with a leading ${PWD}/
  std::optional<mode_t>
      mode;  // absent: the mode of the file that is replaced, or what the server's umask leaves
  Placing placing = Placing::rename;
};

// One thing for a server to do.
struct Step {
  std::variant<Command, Upload> action;
  OnFailure on_failure = OnFailure::stop;
  LogLevel level = LogLevel::info;
  // Name of a shell variable that gets the stripped standard output: later steps of the list may use it as
  // ${name} in an expanding argument. With it, an empty output counts as a failure with status 1.
  std::string save_as{};
  std::string if_empty{};  // what such a failure says on standard error

  std::string display() const;  // for people, redacted
};

// What one server does between two decisions. The whole list travels in one round trip.
using Steps = std::vector<Step>;

struct StepResult {
  int status = 0;   // exit status
  std::string out;  // as written
  std::string err;
  std::chrono::milliseconds took{0};
  bool ok() const { return status == 0; }
  std::string text() const;  // out, stripped
};

}  // namespace kamal::sshkit
