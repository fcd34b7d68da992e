#pragma once

#include <optional>
#include <string>

#include "kamal/support/interruption.h"

namespace kamal {

// Prompts on standard output and reads a line of standard input. Nothing at end of input.
std::optional<std::string> ask(const std::string& question);
// Prompts on the terminal of this process without echo; end of file is an empty answer. Nothing without a
// terminal. Throws Interrupted after it has restored the terminal.
std::optional<std::string> ask_silently(const std::string& question, const Interruption& interruption);

}  // namespace kamal
