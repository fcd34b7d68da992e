#pragma once

#include <string>
#include <vector>

#include "cli/command_table.h"
#include "kamal/cli/run.h"

namespace kamal::cli {

// Runs `kamal secrets ...` of a secrets file in this process. `words` are the arguments after `kamal`.
std::string run_inline_secrets(const std::vector<std::string>& words, const Effects& effects);

}  // namespace kamal::cli
