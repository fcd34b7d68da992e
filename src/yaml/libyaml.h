#pragma once

#include <optional>
#include <string>
#include <string_view>

namespace YAML {
class Exception;
}

namespace kamal::yaml {

// Characters of UTF-8 text as libyaml writes them.

// Whether nothing needs an escape. libyaml escapes control characters, line separators other than the line
// feed, byte order marks and everything beyond the basic plane (emoji).
bool is_printable(std::string_view text);

// yaml-cpp decodes "\_" and "\N" to a lone byte; adds the other byte of U+00A0 and U+0085.
std::string with_whole_characters(std::string_view text);

// One character as written between double quotes: itself, or its escape.
std::string escaped(std::string_view character);

// Checks that libyaml (Kamal's parser) makes and yaml-cpp does not.

// Whether the quoted text whose properties or quote begin at `position` is terminated.
bool quote_is_closed(std::string_view source, size_t position);

// Whether another document starts at `position`: nothing else may follow the first one.
bool starts_another_document(std::string_view source, size_t position);

// The column of a tab in the indentation of a line. Lines and columns count from 1.
std::optional<int> tab_in_indentation(std::string_view source, int line);

// yaml-cpp's message, reworded where it doesn't say what to do. `line` counts from 1.
std::string explain(const YAML::Exception& error, std::string_view source, int line);

}  // namespace kamal::yaml
