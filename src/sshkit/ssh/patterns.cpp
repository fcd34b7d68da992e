#include "sshkit/ssh/patterns.h"

namespace kamal::sshkit {

bool matches_pattern(std::string_view pattern, std::string_view text) {
  size_t p = 0, t = 0;
  size_t star = std::string_view::npos, resume = 0;
  while (t < text.size()) {
    if (p < pattern.size() && pattern[p] == '*') {
      star = p++;
      resume = t;
    } else if (p < pattern.size() && (pattern[p] == '?' || pattern[p] == text[t])) {
      ++p;
      ++t;
    } else if (star != std::string_view::npos) {
      p = star + 1;
      t = ++resume;
    } else {
      return false;
    }
  }
  while (p < pattern.size() && pattern[p] == '*') ++p;
  return p == pattern.size();
}

bool matches_patterns(const std::vector<std::string>& patterns, std::string_view text) {
  bool matches = false;
  for (const std::string_view pattern : patterns) {
    if (pattern.starts_with('!')) {
      if (matches_pattern(pattern.substr(1), text)) return false;
    } else if (matches_pattern(pattern, text)) {
      matches = true;
    }
  }
  return matches;
}

}  // namespace kamal::sshkit
