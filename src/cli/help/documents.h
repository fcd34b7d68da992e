#pragma once

#include <string>

namespace kamal::cli {

// docs/commands.md
std::string commands_document();

// kamal.1, in roff's man macros.
std::string man_page();

}  // namespace kamal::cli
