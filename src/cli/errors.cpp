#include "cli/errors.h"

#include "cli/arguments/options.h"
#include "kamal/sshkit/executor.h"
#include "kamal/support/files.h"
#include "kamal/support/interruption.h"
#include "kamal/yaml/value.h"

namespace kamal::cli {
namespace {

std::string_view kind_name(ErrorKind kind) {
  switch (kind) {
    case ErrorKind::boot:
      return "BootError";
    case ErrorKind::build:
      return "BuildError";
    case ErrorKind::dependency:
      return "DependencyError";
    case ErrorKind::healthcheck:
      return "HealthcheckError";
    case ErrorKind::hook:
      return "HookError";
    case ErrorKind::lock:
      return "LockError";
    case ErrorKind::no_action:
      return "NoActionError";
    case ErrorKind::parts_failed:
      break;
  }
  return "PartsFailed";
}

template <class Type>
bool is(const std::exception& error) {
  return dynamic_cast<const Type*>(&error) != nullptr;
}

}  // namespace

std::string_view error_name(const std::exception& error) {
  if (const auto* ours = dynamic_cast<const Error*>(&error)) return kind_name(ours->kind());
  if (is<sshkit::CommandFailed>(error)) return "CommandFailed";
  if (is<sshkit::ConnectionError>(error)) return "ConnectionError";
  if (is<sshkit::ExecuteError>(error)) return "ExecuteError";
  if (is<ConfigurationError>(error)) return "ConfigurationError";
  if (is<FileError>(error)) return "FileError";
  if (is<Interrupted>(error)) return "Interrupted";
  if (is<UsageError>(error)) return "UsageError";
  return "Error";
}

}  // namespace kamal::cli
