#pragma once

#include <optional>
#include <string>
#include <string_view>
#include <vector>

#include "cli/command_table.h"

namespace kamal::cli {

std::vector<CommandSpec> completion_commands();

// The script with which a shell passes its command line to `kamal completion --words` and offers the output.
// Null for an unknown shell.
std::optional<std::string_view> completion_script(std::string_view shell);

// The line of output that asks the shell for file names.
inline constexpr std::string_view files_marker = ":files";

}  // namespace kamal::cli
