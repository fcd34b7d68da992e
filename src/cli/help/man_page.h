#pragma once

#include <string>

namespace kamal::cli {

// kamal.1, in roff's man macros.
std::string man_page();

}  // namespace kamal::cli
