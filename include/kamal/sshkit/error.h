#pragma once

#include <exception>
#include <stdexcept>
#include <string>
#include <vector>

#include "kamal/support/names.h"

namespace kamal::sshkit {

// Host unreachable, login refused, host key changed or connection lost.
struct ConnectionError : std::runtime_error {
  using std::runtime_error::runtime_error;
};

// A command failed with a non-zero exit status.
class CommandFailed : public std::runtime_error {
 public:
  CommandFailed(std::string command, int status, std::string out, std::string err);
  const std::string& command() const { return command_; }  // redacted
  int status() const { return status_; }
  const std::string& out() const { return out_; }
  const std::string& err() const { return err_; }

 private:
  std::string command_, out_, err_;
  int status_;
};

struct HostFailure {
  Host host;
  std::string message;
  std::exception_ptr cause;
};

// Failures of tasks on one or more hosts; what() lists all.
class ExecuteError : public std::runtime_error {
 public:
  explicit ExecuteError(std::vector<HostFailure> failures);
  const std::vector<HostFailure>& failures() const { return failures_; }

 private:
  std::vector<HostFailure> failures_;
};

}  // namespace kamal::sshkit
