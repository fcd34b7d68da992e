#pragma once

#include <string>
#include <vector>

#include "cli/command_table.h"

namespace kamal::cli {

// What --help prints, in lines of at most `width` characters. `path` are the names that lead to the command:
// app, exec.
std::string help_text(const CommandSpec& command, const std::vector<std::string>& path, size_t width);

}  // namespace kamal::cli
