#pragma once

#include <memory>
#include <optional>
#include <string>
#include <string_view>
#include <utility>
#include <vector>

#include "erb/limits.h"

struct pcre2_real_code_8;

namespace kamal::erb {

// A regular expression, run by PCRE2.
class Pattern {
 public:
  // Begin and end of each group; 0 is all of the match.
  using Groups = std::vector<std::optional<std::pair<size_t, size_t>>>;
  using Names = std::vector<std::pair<std::string, size_t>>;  // of groups, in their order

  // Throws PatternError.
  Pattern(std::string_view source, std::string_view options);
  ~Pattern();
  Pattern(const Pattern&) = delete;
  Pattern& operator=(const Pattern&) = delete;

  // The first match that begins at `start` or after it. Both must be whole characters of
  // UTF-8. Throws LimitReached.
  std::optional<Groups> search(std::string_view text, size_t start, Limits& limits) const;
  const Names& names() const { return names_; }

 private:
  pcre2_real_code_8* code_ = nullptr;
  Names names_;
};

}  // namespace kamal::erb
