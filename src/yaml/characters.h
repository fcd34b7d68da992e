#pragma once

#include <string>
#include <string_view>

namespace kamal::yaml {

// Characters of UTF-8 text as libyaml writes them.

// May all of it stand unescaped? No: control characters, separators of lines besides the line feed, byte
// order marks and, as libyaml has it, what lies beyond the basic plane (emoji).
bool is_printable(std::string_view text);

// yaml-cpp makes a lone byte of "\_" and "\N": with the other one of U+00A0 and U+0085.
std::string with_whole_characters(std::string_view text);

// One character as it is between double quotes: itself, or its escape.
std::string escaped(std::string_view character);

}  // namespace kamal::yaml
