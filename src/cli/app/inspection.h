#pragma once

#include <vector>

#include "cli/context.h"

namespace kamal::cli {

// containers, details, images, logs, stale_containers and version.
std::vector<CommandSpec> app_inspection_commands();

void app_details(Context& context);
void stop_stale_containers(Context& context);  // for deploys

}  // namespace kamal::cli
