#pragma once

#include <exception>
#include <stdexcept>
#include <string>
#include <string_view>
#include <utility>

namespace kamal::cli {

// Why a recipe gave up, apart from what the servers say. Logs name each.
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
  // `summary` says the message in one line, if its own first line does not.
  Error(ErrorKind kind, const std::string& message, std::string summary = "")
      : std::runtime_error(message), kind_(kind), summary_(std::move(summary)) {}
  ErrorKind kind() const { return kind_; }
  const std::string& summary() const { return summary_; }

 private:
  ErrorKind kind_;
  std::string summary_;
};

// A role was not booted because the primary role's first container is no good.
struct HaltedAtBarrier : Error {
  HaltedAtBarrier() : Error(ErrorKind::healthcheck, "Halted at barrier") {}
};

// The name of an error for logs: LockError, ConnectionError; "Error" if nobody told it from others.
std::string_view error_name(const std::exception& error);

}  // namespace kamal::cli
