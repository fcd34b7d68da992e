#pragma once

#include <exception>
#include <stdexcept>
#include <string_view>

namespace kamal::cli {

// What can go wrong in a recipe, apart from what the servers say.
struct BootError : std::runtime_error {
  using std::runtime_error::runtime_error;
};
struct HealthcheckError : std::runtime_error {
  using std::runtime_error::runtime_error;
};
struct HookError : std::runtime_error {
  using std::runtime_error::runtime_error;
};
struct LockError : std::runtime_error {
  using std::runtime_error::runtime_error;
};
struct BuildError : std::runtime_error {
  using std::runtime_error::runtime_error;
};
struct DependencyError : std::runtime_error {
  using std::runtime_error::runtime_error;
};
// Several parts of a removal: one line or more for each.
struct PartsFailed : std::runtime_error {
  using std::runtime_error::runtime_error;
};
// The command had nothing to act on, or no confirmation to act.
struct NoActionError : std::runtime_error {
  using std::runtime_error::runtime_error;
};

// The name of an error's type, for logs.
std::string_view error_name(const std::exception& error);

}  // namespace kamal::cli
