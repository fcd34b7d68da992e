#include "kamal/support/glob.h"

#include <fnmatch.h>

#include <string>

namespace kamal {
namespace {

// The first brace that opens alternatives; npos without one.
size_t opening_brace(std::string_view pattern) {
  for (size_t at = 0; at < pattern.size(); ++at) {
    if (pattern[at] == '{') return at;
    if (pattern[at] == '\\') ++at;
  }
  return std::string_view::npos;
}

// Where the brace at `open` ends; npos when it never does.
size_t closing_brace(std::string_view pattern, size_t open) {
  int depth = 0;
  for (size_t at = open; at < pattern.size(); ++at) {
    if (pattern[at] == '\\')
      ++at;
    else if (pattern[at] == '{')
      ++depth;
    else if (pattern[at] == '}' && --depth == 0)
      return at;
  }
  return std::string_view::npos;
}

bool matches_alternatives(std::string_view before, std::string_view inside, std::string_view after,
                          std::string_view text) {
  int depth = 0;
  size_t start = 0;
  for (size_t at = 0; at <= inside.size(); ++at) {
    const char c = at < inside.size() ? inside[at] : ',';
    if (c == '{') ++depth;
    if (c == '}') --depth;
    if (c != ',' || (depth > 0 && at < inside.size())) continue;
    const std::string alternative =
        std::string(before) + std::string(inside.substr(start, at - start)) + std::string(after);
    if (glob_match(alternative, text)) return true;
    start = at + 1;
  }
  return false;
}

}  // namespace

bool glob_match(std::string_view pattern, std::string_view text) {
  const size_t open = opening_brace(pattern);
  const size_t close = open == std::string_view::npos ? open : closing_brace(pattern, open);
  if (close != std::string_view::npos) {
    return matches_alternatives(pattern.substr(0, open), pattern.substr(open + 1, close - open - 1),
                                pattern.substr(close + 1), text);
  }
  return fnmatch(std::string(pattern).c_str(), std::string(text).c_str(), FNM_PERIOD) == 0;
}

}  // namespace kamal
