#pragma once

#include <string>
#include <string_view>
#include <utility>
#include <vector>

#include "kamal/sshkit/step.h"

namespace kamal::sshkit {

// What stands before a step's number in the lines that a server's shell prints between the outputs of steps.
// `nonce` keeps outputs of commands from being taken for such a line.
std::string frame_mark(std::string_view nonce);

// What a fresh shell has to know before its first list.
std::string shell_prologue(std::string_view nonce);

// Values that earlier steps saved, by name.
using SavedValues = std::vector<std::pair<std::string, std::string>>;

// The text that makes a POSIX shell, reading it from standard input, run steps[first...] in a process of
// their own: all of it is read before anything runs. After each step a mark with its number and exit status
// goes to standard output and standard error.
std::string list_script(const Steps& steps, size_t first, const SavedValues& saved, std::string_view nonce);

}  // namespace kamal::sshkit
