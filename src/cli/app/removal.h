#pragma once

#include <vector>

#include "cli/context.h"

namespace kamal::cli {

// remove and its single steps.
std::vector<CommandSpec> app_removal_commands();
// all, containers and images.
std::vector<CommandSpec> prune_commands();

void app_remove(Context& context);
void prune_all(Context& context);

}  // namespace kamal::cli
