#pragma once

#include <vector>

#include "cli/context.h"

namespace kamal::cli {

std::vector<CommandSpec> app_stale_commands();

// Stops what runs besides the current version of a role, for deploys. Where kamal-proxy points at a version,
// that is the current one, else the newest that runs.
void stop_stale_containers(Context& context);

}  // namespace kamal::cli
