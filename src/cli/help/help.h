#pragma once

#include <string>
#include <string_view>
#include <utility>
#include <vector>

#include "cli/arguments/command_line.h"
#include "cli/command_table.h"
#include "kamal/cli/run.h"

namespace kamal::cli {

// For every group.
CommandSpec tree_command();

void print_help(const Invocation& invocation, const Effects& effects);

// Output of --help, in lines of at most `width` characters. `path` has the names that lead to the command:
// app, exec.
std::string help_text(const CommandSpec& command, const std::vector<std::string>& path, size_t width);

// Text for terminals, in lines of at most `width` characters; a longer word stays whole.

// One paragraph, indented by `indent` spaces.
std::string wrapped(std::string_view text, size_t indent, size_t width);

// Two columns: names, and texts wrapped in their column.
using Rows = std::vector<std::pair<std::string, std::string>>;
std::string columns(const Rows& rows, size_t width);

}  // namespace kamal::cli
