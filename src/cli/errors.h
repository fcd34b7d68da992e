#pragma once

#include <exception>
#include <stdexcept>
#include <string>
#include <string_view>

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
  Error(ErrorKind kind, const std::string& message) : std::runtime_error(message), kind_(kind) {}
  ErrorKind kind() const { return kind_; }

 private:
  ErrorKind kind_;
};

// The name of an error for logs: LockError, ConnectionError; "Error" if nobody told it from others.
std::string_view error_name(const std::exception& error);

}  // namespace kamal::cli
