#pragma once

#include <optional>
#include <string>

namespace kamal {

enum class Echo { on, off };

// Asks a person: on the terminal of this process for Echo::off (nothing when it has none), on standard output
// and input for Echo::on. Nothing at the end of input.
std::optional<std::string> ask(const std::string& question, Echo echo);

}  // namespace kamal
