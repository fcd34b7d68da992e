#pragma once

#include <vector>

#include "cli/command_table.h"

namespace kamal::cli {

// setup, deploy, redeploy and rollback.
std::vector<CommandSpec> deploy_commands();

}  // namespace kamal::cli
