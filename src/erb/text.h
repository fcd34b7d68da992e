#pragma once

#include <cstdint>
#include <optional>
#include <string>
#include <string_view>
#include <vector>

#include "kamal/support/encoding.h"

namespace kamal::erb {

// Text as Ruby counts it: in characters of UTF-8; a byte that is part of none counts as one.

void append_utf8(std::string& text, unsigned code_point);  // U+FFFD where there is no such character
// The first character of a text that is not empty.
std::string_view first_character(std::string_view text);
std::vector<std::string_view> characters(std::string_view text);
int64_t length(std::string_view text);
// The byte where character `index` starts; text.size() after the end.
size_t byte_of(std::string_view text, int64_t index);
std::string_view substring(std::string_view text, int64_t first, int64_t count);

std::vector<std::string_view> lines_with_ends(std::string_view text);
std::string_view strip_left(std::string_view text);  // white space and, at the end, NUL as Ruby's strip
std::string_view strip_right(std::string_view text);
std::string_view chomp_end(std::string_view text);

// The number that a text starts with, 0 for none (Ruby's to_i); nothing for one beyond 64 bits.
std::optional<int64_t> leading_integer(std::string_view text, int base);
double leading_float(std::string_view text);
// All of the text as a number (Ruby's Integer() and Float()); false when it is none.
bool parse_integer(std::string_view text, int base, int64_t& value);
bool parse_float(std::string_view text, double& value);

}  // namespace kamal::erb
