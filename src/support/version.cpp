#include "kamal/support/version.h"

#include <algorithm>
#include <compare>
#include <string>
#include <vector>

#include "kamal/support/strings.h"

namespace kamal {

const char* const program_version = KAMAL_PROGRAM_VERSION;

namespace {

// Numbers as digits without leading zeros, so that any size compares; words as they are.
using Segments = std::vector<std::string>;

bool is_word(const std::string& segment) { return !is_digit(segment[0]); }

void drop_trailing_zeros(Segments& segments) {
  while (!segments.empty() && segments.back() == "0") segments.pop_back();
}

// Without insignificant zeros: 1.0.a.0 is 1.a, as in RubyGems.
Segments canonical(const Segments& segments) {
  const auto first_word = std::find_if(segments.begin(), segments.end(), is_word);
  Segments numbers(segments.begin(), first_word), rest(first_word, segments.end());
  drop_trailing_zeros(numbers);
  drop_trailing_zeros(rest);
  numbers.insert(numbers.end(), rest.begin(), rest.end());
  return numbers;
}

Segments segments_of(std::string_view version) {
  const std::string text = replace_all(version, "-", ".pre.");
  Segments segments;
  for (size_t at = 0; at < text.size();) {
    if (text[at] == '.') {
      ++at;
      continue;
    }
    const bool number = is_digit(text[at]);
    size_t end = at;
    while (end < text.size() && text[end] != '.' && is_digit(text[end]) == number) ++end;
    std::string segment = text.substr(at, end - at);
    if (number) segment.erase(0, std::min(segment.find_first_not_of('0'), segment.size() - 1));
    segments.push_back(std::move(segment));
    at = end;
  }
  return canonical(segments);
}

std::strong_ordering compare(const std::string& left, const std::string& right) {
  if (is_word(left) != is_word(right)) {
    return is_word(left) ? std::strong_ordering::less : std::strong_ordering::greater;
  }
  if (!is_word(left) && left.size() != right.size()) return left.size() <=> right.size();
  return left <=> right;
}

std::string_view without_v(std::string_view version) {
  return version.starts_with('v') ? version.substr(1) : version;
}

bool is_version(std::string_view text) { return !text.empty() && is_digit(text[0]); }

}  // namespace

bool older_version(std::string_view version, std::string_view than) {
  if (!is_version(without_v(version)) || !is_version(without_v(than))) return false;
  const Segments left = segments_of(without_v(version)), right = segments_of(without_v(than));
  const std::string zero = "0";
  for (size_t i = 0; i < std::max(left.size(), right.size()); ++i) {
    const auto order = compare(i < left.size() ? left[i] : zero, i < right.size() ? right[i] : zero);
    if (order != std::strong_ordering::equal) return order == std::strong_ordering::less;
  }
  return false;
}

}  // namespace kamal
