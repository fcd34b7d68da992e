#include "kamal/sshkit/error.h"

#include <fmt/format.h>

#include "kamal/support/strings.h"

namespace kamal::sshkit {
namespace {

std::string or_nothing(std::string_view text) {
  const std::string stripped = strip(text);
  return stripped.empty() ? "nothing written" : stripped;
}

// Kamal's wording, which scripts match on.
std::string failure_text(const std::vector<HostFailure>& failures) {
  const auto line = [](const HostFailure& failure) {
    return fmt::format("Exception while executing on host {}: {}", failure.host.str(), failure.message);
  };
  if (failures.size() == 1) return line(failures[0]);
  std::string text = fmt::format("Exceptions on {} hosts:", failures.size());
  for (const HostFailure& failure : failures) text += "\n" + line(failure);
  return text;
}

}  // namespace

CommandFailed::CommandFailed(std::string command, int status, std::string out, std::string err)
    : std::runtime_error(fmt::format("{}\n  exit status: {}\n  stdout: {}\n  stderr: {}", command, status,
                                     or_nothing(out), or_nothing(err))),
      command_(std::move(command)),
      out_(std::move(out)),
      err_(std::move(err)),
      status_(status) {}

ExecuteError::ExecuteError(std::vector<HostFailure> failures)
    : std::runtime_error(failure_text(failures)), failures_(std::move(failures)) {}

}  // namespace kamal::sshkit
