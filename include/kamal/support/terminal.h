#pragma once

#include <optional>
#include <string>

#include "kamal/support/interruption.h"

namespace kamal {

// Asks a person on standard output and input. Nothing at the end of input.
std::optional<std::string> ask(const std::string& question);
// Asks on the terminal of this process, without echo; an end of file there is an empty answer. Nothing when
// it has none. Throws Interrupted, with the terminal as it was.
std::optional<std::string> ask_silently(const std::string& question, const Interruption& interruption);

}  // namespace kamal
