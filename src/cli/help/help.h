#pragma once

#include <vector>

#include "cli/arguments/command_line.h"
#include "cli/command_table.h"
#include "kamal/cli/run.h"

namespace kamal::cli {

// docs, help and version.
std::vector<CommandSpec> help_commands();

void print_help(const Invocation& invocation, const Effects& effects);

// For every group.
CommandSpec tree_command();

}  // namespace kamal::cli
