#pragma once

#include <vector>

#include "cli/command_table.h"

namespace kamal::cli {

std::vector<CommandSpec> completion_commands();

}  // namespace kamal::cli
