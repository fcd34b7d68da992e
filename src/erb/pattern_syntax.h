#pragma once

#include <stdexcept>
#include <string>
#include <string_view>

namespace kamal::erb {

// A regular expression that is wrong, or that PCRE2 would read in another way than Ruby.
struct PatternError : std::runtime_error {
  using std::runtime_error::runtime_error;
};

struct PatternSyntax {
  std::string text;        // for PCRE2: UTF-8, multi-line
  bool has_names = false;  // Ruby numbers no other groups then
};

// The regular expression of Ruby with the options i, m, x or u in PCRE2's syntax.
PatternSyntax translate_pattern(std::string_view source, std::string_view options);

}  // namespace kamal::erb
