#pragma once

#include <string>

#include "cli/status/fleet_status.h"

namespace kamal::cli {

// One screen: tables of roles, accessories and proxies, odd rows first and marked with an exclamation mark;
// then the deploy lock. More than five hosts with the same status share a row.
std::string status_text(const FleetStatus& status, const Context& context, WithUsage usage);
// Lines about the deploy lock: who holds it, or that it is free.
std::string locks_text(const std::vector<LockStatus>& locks, const Context& context);

}  // namespace kamal::cli
