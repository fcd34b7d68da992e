#pragma once

#include <optional>
#include <string>
#include <string_view>

#include "kamal/config/configuration.h"
#include "kamal/support/command.h"
#include "kamal/support/names.h"

namespace kamal::commands {

// Who did it, and when.
struct AuditFacts {
  std::string recorded_at;  // ISO 8601, UTC
  std::string performer;    // git's user.email, or the login name
  std::optional<RoleName> role;
};

// The audit log of an app on a server.
class Auditor {
 public:
  explicit Auditor(const config::Configuration& config) : config_(config) {}

  Command record(std::string_view line, const AuditFacts& facts) const;
  Command reveal() const;
  Command exists() const;
  std::string file() const;

 private:
  const config::Configuration& config_;
};

}  // namespace kamal::commands
