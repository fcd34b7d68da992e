#pragma once

#include <exception>
#include <functional>
#include <stdexcept>
#include <string>
#include <string_view>
#include <utility>
#include <vector>

#include "cli/context.h"
#include "kamal/yaml/value.h"

namespace kamal::cli {

// Why a recipe failed, other than a server's failure. Named in logs.
enum class ErrorKind {
  boot,
  build,
  dependency,
  healthcheck,
  hook,
  lock,
  no_action,     // nothing to act on, or no confirmation to act
  parts_failed,  // of a removal: one line or more for each part
};

class Error : public std::runtime_error {
 public:
  // `summary`: the message in one line, if its first line does not suffice.
  Error(ErrorKind kind, const std::string& message, std::string summary = "")
      : std::runtime_error(message), kind_(kind), summary_(std::move(summary)) {}
  ErrorKind kind() const { return kind_; }
  const std::string& summary() const { return summary_; }

 private:
  ErrorKind kind_;
  std::string summary_;
};

// A role was not booted because the primary role's first container is unhealthy.
struct HaltedAtBarrier : Error {
  HaltedAtBarrier() : Error(ErrorKind::healthcheck, "Halted at barrier") {}
};

// The name of an error for logs: LockError, ConnectionError; "Error" for others.
std::string_view error_name(const std::exception& error);

// Whether an error of that type ended the work on a host.
template <class Type>
bool caused_by(const sshkit::HostFailure& failure) {
  try {
    std::rethrow_exception(failure.cause);
  } catch (const Type&) {
    return true;
  } catch (...) {
    return false;
  }
}

// What went wrong, in one line.
std::string reason_of(const std::exception& error);
std::string reason_of(const std::exception_ptr& failure);
// Likewise, printable, without that the host could not be connected to, for where its name stands already.
std::string reason_of_host(const sshkit::HostFailure& failure);
// Likewise, with the hosts: " on 192.0.2.1, 192.0.2.2: no space left on device", or ": ..." if the reason
// names the host or there is none.
std::string cause_of(const std::exception_ptr& failure);

// Work that continues after a failure, and throws the failures at the end.

// Runs every part, then throws their failures together. Stops at an interruption.
void try_each(const std::vector<std::function<void()>>& parts);

// Whether a failed step's stderr contains one of the texts.
bool says_one_of(const sshkit::StepResult& result, const std::vector<std::string_view>& texts);

// Whether a failed step counts as a failure.
using Tolerated = std::function<bool(size_t index, const sshkit::StepResult&)>;
// Runs every step in one round trip, even after a failed one. Failures of ignore_failure() steps stay
// ignored.
void run_to_the_end(sshkit::Remote& remote, sshkit::Steps steps, const Tolerated& tolerated = {});

// Runs lists of steps one after another, in one round trip. If a step ends its list, the following lists
// still run; the first failure is thrown.
void run_each(sshkit::Remote& remote, const std::vector<sshkit::Steps>& lists);

// Checks of secrets before a command runs: reports all problems at once, each only once.
class SecretChecks {
 public:
  void add(const std::function<void()>& check);
  void throw_problems() const;  // ConfigurationError, if there is one

 private:
  std::vector<Problem> problems_;
};

}  // namespace kamal::cli
