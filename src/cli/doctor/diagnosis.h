#pragma once

#include <chrono>
#include <optional>
#include <string>
#include <vector>

#include "cli/doctor/check.h"
#include "kamal/sshkit/output.h"

namespace kamal::cli {

// Everything that `doctor` found out.
struct Diagnosis {
  std::optional<std::string> service{};  // nothing if the configuration can't be loaded
  std::optional<std::string> destination{};
  std::vector<Host> hosts{};  // that were selected
  Checks checks{};
  std::chrono::system_clock::time_point checked_at{};

  size_t count(CheckState state) const;
};

// This machine first, then the hosts, problems first; identical outcomes of many hosts share a line. Ends
// with a sum and the next commands.
std::string doctor_text(const Diagnosis& diagnosis, sshkit::Color color);
// A document as described by docs/doctor.schema.json.
std::string doctor_json(const Diagnosis& diagnosis);

}  // namespace kamal::cli
