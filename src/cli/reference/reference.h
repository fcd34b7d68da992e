#pragma once

#include <string>
#include <vector>

#include "kamal/cli/command_table.h"

namespace kamal::cli {

// The command table for people. `path` are the words that lead to the command: app, exec.

// What --help prints, in lines of at most `width` characters.
std::string help_text(const CommandSpec& command, const std::vector<std::string>& path, size_t width);
// kamal.1, in roff's man macros.
std::string man_page();
// docs/commands.md
std::string commands_document();

}  // namespace kamal::cli
