#pragma once

#include <string>
#include <string_view>

namespace YAML {
class Exception;
}

namespace kamal::yaml {

// Characters of UTF-8 text as libyaml writes them.

// May all of it stand unescaped? No: control characters, separators of lines besides the line feed, byte
// order marks and, as libyaml has it, what lies beyond the basic plane (emoji).
bool is_printable(std::string_view text);

// yaml-cpp makes a lone byte of "\_" and "\N": with the other one of U+00A0 and U+0085.
std::string with_whole_characters(std::string_view text);

// One character as it is between double quotes: itself, or its escape.
std::string escaped(std::string_view character);

// What yaml-cpp lets pass and libyaml, which Kamal reads with, does not.

// Does the quoted text whose properties or quote begin at `position` end?
bool quote_is_closed(std::string_view source, size_t position);

// The rest of `source` after its first document may be another document, but nothing else.
bool starts_another_document(std::string_view source, size_t position);

// yaml-cpp's message, reworded where it doesn't say what to do. `line` counts from 1.
std::string explain(const YAML::Exception& error, std::string_view source, int line);

}  // namespace kamal::yaml
