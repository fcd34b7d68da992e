#pragma once

#include <string>
#include <utility>
#include <vector>

namespace kamal::commands {

// Who a command in a container talks to: nobody, a pipe (-i) or a terminal (-it).
enum class Interaction { none, pipe, terminal };
enum class Detach { no, yes };

// --env NAME=VALUE of `app exec`.
using ExecEnv = std::vector<std::pair<std::string, std::string>>;

// The words to run of `app exec ARGUMENTS`. The first argument is a command line and split as a shell would,
// so that an alias such as `app exec "bin/rails console"` takes further words; those keep their boundaries,
// and one that is wholly quoted loses its quotes. Throws std::invalid_argument for unbalanced quotes or no
// words.
std::vector<std::string> exec_words(const std::vector<std::string>& arguments);

// The same command for people and the audit log: stripped arguments joined by spaces.
std::string exec_text(const std::vector<std::string>& arguments);

}  // namespace kamal::commands
