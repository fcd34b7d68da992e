#pragma once

#include <string>

#include "cli/status/fleet_status.h"

namespace kamal::cli {

// A document as described by docs/status.schema.json.
std::string status_json(const FleetStatus& status, const Context& context);

}  // namespace kamal::cli
