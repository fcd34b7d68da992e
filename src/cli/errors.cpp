#include "cli/errors.h"

#include <array>

#include "cli/arguments/options.h"
#include "kamal/sshkit/error.h"
#include "kamal/support/files.h"
#include "kamal/support/interruption.h"
#include "kamal/yaml/value.h"

namespace kamal::cli {
namespace {

struct NamedError {
  const char* name;
  bool (*matches)(const std::exception&);
};

template <class Error>
bool is(const std::exception& error) {
  return dynamic_cast<const Error*>(&error) != nullptr;
}

constexpr std::array names = {
    NamedError{"BootError", is<BootError>},
    NamedError{"BuildError", is<BuildError>},
    NamedError{"CommandFailed", is<sshkit::CommandFailed>},
    NamedError{"ConfigurationError", is<ConfigurationError>},
    NamedError{"ConnectionError", is<sshkit::ConnectionError>},
    NamedError{"DependencyError", is<DependencyError>},
    NamedError{"ExecuteError", is<sshkit::ExecuteError>},
    NamedError{"FileError", is<FileError>},
    NamedError{"HealthcheckError", is<HealthcheckError>},
    NamedError{"HookError", is<HookError>},
    NamedError{"Interrupted", is<Interrupted>},
    NamedError{"LockError", is<LockError>},
    NamedError{"NoActionError", is<NoActionError>},
    NamedError{"PartsFailed", is<PartsFailed>},
    NamedError{"UsageError", is<UsageError>},
};

}  // namespace

std::string_view error_name(const std::exception& error) {
  for (const NamedError& named : names) {
    if (named.matches(error)) return named.name;
  }
  return "Error";
}

}  // namespace kamal::cli
