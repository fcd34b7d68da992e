#pragma once

#include <memory>
#include <optional>
#include <stdexcept>
#include <string>
#include <string_view>
#include <utility>
#include <vector>

#include "erb/builtins.h"
#include "erb/value.h"

struct pcre2_real_code_8;

namespace kamal::erb {

// A regular expression that is invalid, or that only Ruby reads correctly.
struct PatternError : std::runtime_error {
  using std::runtime_error::runtime_error;
};

// A regular expression in the syntax that Ruby and PCRE2 share, run by PCRE2.
class Pattern {
 public:
  // `options`: some of i, m, x. Throws PatternError.
  Pattern(std::string_view source, std::string_view options);
  ~Pattern();
  Pattern(const Pattern&) = delete;
  Pattern& operator=(const Pattern&) = delete;

  // Begin and end of each group of the first match at or after `start`. `text` must be valid UTF-8, and
  // `start` at a character. Throws LimitReached.
  std::optional<MatchData::Groups> search(std::string_view text, size_t start, Limits& limits) const;
  size_t group_number(const std::string& name) const;  // 0 for none

 private:
  pcre2_real_code_8* code_ = nullptr;
};

Regexp* make_regexp(Interpreter& in, const std::string& source, const std::string& options);
// A snapshot of a text to search. Raises ArgumentError if the pattern is a regexp and the text is not UTF-8.
const String* subject_of(Interpreter& in, const Value& pattern, const std::string& text);
// The match of a regexp or a string in a subject, at or after `start`.
MatchData* search(Interpreter& in, const Value& pattern, const String* subject, size_t start);
// The list of the groups, starting with number `first`.
Value groups_of_match(const Call& call, const MatchData& match, size_t first);
// Expands `\1`, `\0`, `\k<name>` and `\\` in a replacement.
std::string expand_replacement(std::string_view replacement, const MatchData& match);

}  // namespace kamal::erb
