#pragma once

#include <optional>
#include <string_view>
#include <utility>
#include <vector>

namespace kamal::erb {

// Characters from the first to the last of each pair.
using Ranges = std::vector<std::pair<unsigned, unsigned>>;

Ranges complement(Ranges ranges);
std::optional<Ranges> shorthand(char c);                   // of \d \w \s \h, and of \D ...
std::optional<Ranges> named_class(std::string_view name);  // of [:alpha:] ...

}  // namespace kamal::erb
