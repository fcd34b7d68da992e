#pragma once

#include <optional>
#include <string_view>

// What yaml-cpp lets pass and libyaml, which the reference reads with, does not.
namespace kamal::yaml {

// Does the quoted text whose properties or quote begin at `position` end?
bool quote_is_closed(std::string_view source, size_t position);

// The rest of `source` after its first document may be another document, but nothing else.
bool starts_another_document(std::string_view source, size_t position);

// The name of the alias or anchor that begins at `position`.
std::string_view anchor_name(std::string_view source, size_t position);

// Is there a tab before the text of this line (which counts from 1)?
bool indented_with_tab(std::string_view source, int line);

}  // namespace kamal::yaml
