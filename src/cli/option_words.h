#pragma once

#include <string>
#include <vector>

#include "kamal/cli/command_table.h"

namespace kamal::cli {

// A name of the table as people write it: lock_wait is lock-wait.
std::string dashed(const std::string& name);
bool takes_several(const OptionSpec& option);
bool takes_number(const OptionSpec& option);
// The one that --name, --na-me or -n stands for; null for any other word.
const OptionSpec* option_named(const std::string& word, const std::vector<OptionSpec>& options);

// --help, which every command has besides the options of the table.
const OptionSpec& help_option();

}  // namespace kamal::cli
