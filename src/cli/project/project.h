#pragma once

#include <vector>

#include "cli/command_table.h"

namespace kamal::cli {

// Commands about the app, the proxy and the accessories together.
std::vector<CommandSpec> project_commands();

}  // namespace kamal::cli
