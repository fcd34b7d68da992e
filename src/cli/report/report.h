#pragma once

#include <chrono>
#include <optional>
#include <string>
#include <string_view>
#include <vector>

#include "cli/context.h"

namespace kamal::cli {

// What a run did, for --report. Texts are redacted and printable.
struct Report {
  enum class Outcome { succeeded, failed, interrupted };
  struct HostRoles {
    Host host{};
    std::vector<RoleName> roles{};
  };
  struct Failure {
    Host host{};           // empty if it is not about a single host
    std::string reason{};  // in one line
    std::string message{};
  };
  // Times are seconds since the start of the run.
  struct Phase {
    std::string name{};
    double start = 0;
    double seconds = 0;
  };
  struct Step {
    std::string host{};   // localhost for this machine
    std::string phase{};  // "" outside of phases
    std::string command{};
    double start = 0;
    std::optional<sshkit::CommandEnding> ending{};  // nullopt if it was still running
    std::string output{};
    size_t omitted_lines = 0;  // of the output
  };

  std::string command{};
  std::optional<std::string> service{}, destination{};  // nullopt if deploy.yml could not be loaded
  Outcome outcome = Outcome::succeeded;
  std::chrono::system_clock::time_point started{};
  double seconds = 0;
  std::vector<HostRoles> hosts{};  // selected ones
  VersionChanges versions{};
  std::vector<Failure> failures{};
  std::string closing_block{};
  std::vector<Phase> phases{};
  std::vector<Step> steps{};  // in the order in which they started
  size_t omitted_steps = 0;
};

// On one line, as described in docs/report.schema.json.
std::string report_json(const Report& report);
// A page that needs nothing else. `nonce` marks its own script and style, so that a browser runs no other.
std::string report_page(const Report& report, std::string_view nonce);

}  // namespace kamal::cli
