#pragma once

#include <string>
#include <vector>

#include "kamal/cli/command_table.h"

namespace kamal::cli {

// A name of the table as people write it: lock_wait is lock-wait.
std::string dashed(const std::string& name);
bool takes_several(const OptionSpec& option);

// --help, which every command has besides the options of the table.
const OptionSpec& help_option();

}  // namespace kamal::cli
