#pragma once

#include <string_view>

namespace kamal {

// Shell wildcards with {a,b} alternatives, over a whole text: `*`, `?`, `[a-z]`, `{web,jobs}`.
bool glob_match(std::string_view pattern, std::string_view text);

}  // namespace kamal
