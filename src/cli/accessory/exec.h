#pragma once

#include <vector>

#include "cli/command_table.h"

namespace kamal::cli {

// Commands that run in accessory containers or show their logs.
std::vector<CommandSpec> accessory_exec_commands();

}  // namespace kamal::cli
