#pragma once

#include <vector>

#include "cli/context.h"

namespace kamal::cli {

std::vector<CommandSpec> app_list_commands();

void app_details(Context& context);
void stop_stale_containers(Context& context);  // for deploys

}  // namespace kamal::cli
