#pragma once

#include <chrono>
#include <optional>
#include <string>
#include <variant>
#include <vector>

#include <sys/types.h>

#include "kamal/support/command.h"

namespace kamal::sshkit {

// What a failed step means for the steps after it.
enum class OnFailure { stop, ignore };
// Who sees that a step ran: everybody, or -v only.
enum class LogLevel { debug, info };

// How an upload replaces a file: atomic rename, or in place to keep the inode (open handles, bind mounts).
enum class UploadMode { rename, in_place };

// A file for the server: written next to its path, given its mode, then moved into place.
struct Upload {
  std::string content;         // bytes; never shown
  std::string remote_path;     // relative to the login directory, or with a leading ${PWD}/
  std::optional<mode_t> mode;  // absent: the mode of the replaced file, or the server's umask
  UploadMode upload_mode = UploadMode::rename;
};

// One action on a server: `Step::run(command).ignore_failure()`.
struct Step {
  static Step run(Command command);
  static Step upload(std::string content, std::string remote_path, std::optional<mode_t> mode = {},
                     UploadMode upload_mode = UploadMode::rename);
  Step ignore_failure() &&;
  Step debug() &&;  // shown with -v only
  // Later steps of the list may use the stripped standard output as ${variable} in an expanding argument.
  // An empty output then counts as a failure with status 1 and this message on standard error.
  Step save_as(std::string name, std::string message_if_empty = "") &&;

  std::variant<Command, Upload> action;
  OnFailure on_failure = OnFailure::stop;
  LogLevel level = LogLevel::info;
  std::string variable{};  // of the shell, see save_as
  std::string if_empty{};

  std::string display() const;  // for people, redacted
};

// One host's batch of work, sent in one round trip.
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
