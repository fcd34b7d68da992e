#pragma once

#include <optional>
#include <string>
#include <string_view>
#include <utility>
#include <vector>

#include "kamal/sshkit/step.h"

namespace kamal::sshkit {

// Starts the lines that a shell prints between the outputs of steps, before the step's number. `nonce` keeps
// command output from being taken for such a line.
std::string frame_marker(std::string_view nonce);

// Defines what lists need; sent once to each new shell.
std::string shell_prologue(std::string_view nonce);

// Values saved by earlier steps (Step::variable), by name.
using SavedValues = std::vector<std::pair<std::string, std::string>>;

// Makes a POSIX shell that reads it from standard input run steps[first...] in a subshell; the whole text is
// read before anything runs. After each step, a marker with its number and exit status is printed on both
// streams.
std::string list_script(const Steps& steps, size_t first, const SavedValues& saved, std::string_view nonce);

// The command that starts the shell for commands, readable by any login shell: bash if that is the login
// shell, since values in a project may rely on it ("${HOSTNAME}", "[["), otherwise sh. It runs `text`, or
// reads standard input.
std::string account_shell(const std::optional<std::string>& text = std::nullopt);

// A shell text that runs the command and kills it when the channel closes, which a background watcher
// notices. Kills the process group if the shell leads one, else only the command itself.
std::string with_watcher(const Command& command);

}  // namespace kamal::sshkit
