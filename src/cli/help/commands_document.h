#pragma once

#include <string>

namespace kamal::cli {

// docs/commands.md
std::string commands_document();

}  // namespace kamal::cli
