#pragma once

#include "cli/command_table.h"

namespace kamal::cli {

// For every group.
CommandSpec tree_command();

}  // namespace kamal::cli
