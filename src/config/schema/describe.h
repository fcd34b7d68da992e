#pragma once

#include <string>
#include <string_view>

#include "config/schema/table.h"
#include "kamal/yaml/value.h"

namespace kamal::config::schema {

// "a string", "an integer", "a list of strings or a map".
std::string describe(const Shape& shape);
// A value's type, in the same terms; never its content, which may be a secret.
std::string describe(const Value& value);

// `text` with each paragraph on one line: it may be wrapped, and an empty line separates paragraphs.
std::string prose(std::string_view text);
// Lines of at most `width` characters, each after `prefix`; empty lines keep paragraphs apart.
std::string wrapped(std::string_view text, std::string_view prefix, size_t width);
// Every line after `prefix`.
std::string indented(std::string_view text, std::string_view prefix);
// "Integer. Default: 30.", "Integer, at least 1.", "String: gha or registry, required."
std::string facts(const Key& key);
// The section of a key's map, if it has no page of its own.
const Section* part_of(const Key& key);
// The section for a key's map, or for the maps in its list, if other kinds of values are allowed, too.
const Section* alternative_of(const Key& key);
// YAML of a key with its example: on the same line, or below.
std::string example_of(const Key& key);
// YAML of a whole section's example, below its path: accessories/NAME as accessories: and db:.
std::string below_path(std::string_view path, std::string_view yaml);

}  // namespace kamal::config::schema
