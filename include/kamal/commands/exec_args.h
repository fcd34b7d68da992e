#pragma once

#include <string>
#include <utility>
#include <vector>

#include "kamal/support/command.h"

namespace kamal::commands {

// What a command in a container is attached to: nothing, a pipe (-i) or a terminal (-it).
enum class Interaction { none, pipe, terminal };
enum class Detach { no, yes };

// --env NAME=VALUE of `app exec`.
using ExecEnv = std::vector<std::pair<std::string, std::string>>;

// The command of `app exec ARGUMENTS` and `accessory exec NAME ARGUMENTS`. The first argument is a shell line
// and stays as written, so that `ls | wc -l` works and an alias such as `app exec "bin/rails console"` takes
// further arguments; those are words, quoted once, and one that is wholly quoted loses its quotes. Throws
// std::invalid_argument for an unclosed quote or a blank command.
Arguments exec_arguments(const std::vector<std::string>& arguments);

// The same for `server exec`, where an argument that is just a shell operator (`ls "|" wc -l`) makes all
// of them one line.
Arguments server_exec_arguments(const std::vector<std::string>& arguments);

// The same command for output and the audit log: stripped arguments joined by spaces.
std::string exec_text(const std::vector<std::string>& arguments);

}  // namespace kamal::commands
