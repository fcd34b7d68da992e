#pragma once

#include <optional>
#include <string>
#include <string_view>
#include <utility>

#include "erb/value.h"

namespace kamal::erb {

class Interpreter;

Regexp* make_regexp(Interpreter& in, const std::string& source, const std::string& options);
std::string escape_regexp(std::string_view text);
// A snapshot of a text to search. An ArgumentError if the pattern is a regexp and the text is not UTF-8.
const String* subject_of(Interpreter& in, const Value& pattern, const std::string& text);
// The match of a regexp or a string in a subject, at or after `start`.
MatchData* search(Interpreter& in, const Value& pattern, const String* subject, size_t start);
// Where the first match begins and ends.
std::optional<std::pair<size_t, size_t>> find_match(Interpreter& in, const Value& pattern,
                                                    const std::string& text, size_t start);
// `\1`, `\0`, `\k<name>` and `\\` of a replacement.
std::string expand_replacement(std::string_view replacement, const MatchData& match);

}  // namespace kamal::erb
