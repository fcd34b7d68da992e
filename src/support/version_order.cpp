#include "kamal/support/version_order.h"

#include <algorithm>
#include <cctype>
#include <string>
#include <variant>
#include <vector>

namespace kamal {
namespace {

// Numbers and words, as RubyGems takes a version apart.
using Segment = std::variant<std::string, long>;

bool is_digit(char c) { return std::isdigit(static_cast<unsigned char>(c)) != 0; }

std::vector<Segment> segments_of(std::string_view version) {
  if (version.starts_with('v')) version.remove_prefix(1);
  std::vector<Segment> segments;
  for (size_t at = 0; at < version.size();) {
    if (std::isalnum(static_cast<unsigned char>(version[at])) == 0) {
      ++at;
      continue;
    }
    const bool number = is_digit(version[at]);
    const size_t start = at;
    while (at < version.size() && std::isalnum(static_cast<unsigned char>(version[at])) != 0 &&
           is_digit(version[at]) == number) {
      ++at;
    }
    const std::string text(version.substr(start, at - start));
    if (number) {
      segments.emplace_back(text.size() < 18 ? std::stol(text) : 999999999999999999L);
    } else {
      segments.emplace_back(text);
    }
  }
  return segments;
}

}  // namespace

bool older_version(std::string_view version, std::string_view than) {
  std::vector<Segment> left = segments_of(version), right = segments_of(than);
  const size_t size = std::max(left.size(), right.size());
  left.resize(size, 0L);
  right.resize(size, 0L);
  return left < right;  // a word (index 0 of the variant) comes before any number
}

}  // namespace kamal
