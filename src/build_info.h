#pragma once

#include <string>

namespace kamal {

// Versions, commit, target and libraries of this program, a line each.
std::string build_info();

}  // namespace kamal
