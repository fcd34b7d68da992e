#pragma once

#include <vector>

#include "cli/context.h"

namespace kamal::cli {

std::vector<CommandSpec> app_lifecycle_commands();

// Whether the roles of a host start and stop one after the other.
Servers::Roles order_of_roles(const Context& context);

void app_remove(Context& context);

}  // namespace kamal::cli
