#pragma once

#include <vector>

#include "cli/command_table.h"

namespace kamal::cli {

std::vector<CommandSpec> proxy_boot_config_commands();

}  // namespace kamal::cli
