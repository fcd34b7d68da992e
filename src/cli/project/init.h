#pragma once

#include <vector>

#include "cli/command_table.h"

namespace kamal::cli {

std::vector<CommandSpec> init_commands();

}  // namespace kamal::cli
