#pragma once

#include <cstdint>
#include <optional>
#include <string_view>

namespace kamal::erb {

// The number that a text starts with, 0 for none (Ruby's to_i); nothing for one beyond 64 bits.
std::optional<int64_t> leading_integer(std::string_view text, int base);
double leading_float(std::string_view text);
// All of the text as a number (Ruby's Integer() and Float()); false when it is none.
bool parse_integer(std::string_view text, int base, int64_t& value);
bool parse_float(std::string_view text, double& value);

}  // namespace kamal::erb
