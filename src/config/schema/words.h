#pragma once

#include <string>
#include <string_view>

#include "config/schema/table.h"

namespace kamal::config::schema {

// Lines of at most `width` characters, each after `prefix`; empty lines keep paragraphs apart.
std::string wrapped(std::string_view text, std::string_view prefix, size_t width);
// Every line after `prefix`.
std::string indented(std::string_view text, std::string_view prefix);
// "A whole number. 30 unless set.", "Text: gha or registry. Required."
std::string facts(const Key& key);
// The section that a key's map is, where it has no page of its own.
const Section* part_of(const Key& key);
// The section that a key's map or the maps in its list may be, beside other kinds of values.
const Section* alternative_of(const Key& key);
// YAML of a key with its example: on the same line, or below.
std::string example_of(const Key& key);
// YAML of a whole section's example, below its path: accessories/NAME as accessories: and db:.
std::string below_path(std::string_view path, std::string_view yaml);

}  // namespace kamal::config::schema
