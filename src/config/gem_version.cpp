#include "config/gem_version.h"

#include <algorithm>
#include <cctype>
#include <string>
#include <vector>

#include "kamal/support/strings.h"

namespace kamal {
namespace {

bool is_digit(char c) { return std::isdigit(static_cast<unsigned char>(c)) != 0; }
bool is_letter(char c) { return std::isalpha(static_cast<unsigned char>(c)) != 0; }

// Numbers as digits without leading zeros, so that any size compares; words as they are.
using Segments = std::vector<std::string>;

void drop_trailing_zeros(Segments& segments) {
  while (!segments.empty() && segments.back() == "0") segments.pop_back();
}

// Numbers before the first word, then the rest; 1.0.a.0 is 1.a, as RubyGems has it.
Segments canonical(const Segments& segments) {
  const auto word =
      std::find_if(segments.begin(), segments.end(), [](const auto& part) { return is_letter(part[0]); });
  Segments numbers(segments.begin(), word);
  Segments rest(word, segments.end());
  drop_trailing_zeros(numbers);
  drop_trailing_zeros(rest);
  numbers.insert(numbers.end(), rest.begin(), rest.end());
  return numbers;
}

std::optional<Segments> segments_of(std::string_view text) {
  const std::string version = replace_all(strip(text), "-", ".pre.");
  if (version.empty()) return Segments{};
  if (!is_digit(version[0]) || version.back() == '.') return std::nullopt;
  Segments segments;
  for (size_t i = 0; i < version.size();) {
    if (version[i] == '.') {
      if (version[i + 1] == '.') return std::nullopt;
      ++i;
      continue;
    }
    if (!is_digit(version[i]) && !is_letter(version[i])) return std::nullopt;
    const bool digits = is_digit(version[i]);
    size_t end = i;
    while (end < version.size() && (digits ? is_digit(version[end]) : is_letter(version[end]))) ++end;
    std::string part = version.substr(i, end - i);
    if (digits) part.erase(0, std::min(part.find_first_not_of('0'), part.size() - 1));
    segments.push_back(std::move(part));
    i = end;
  }
  return canonical(segments);
}

std::strong_ordering compare_segments(const std::string& left, const std::string& right) {
  const bool left_number = is_digit(left[0]);
  if (left_number != is_digit(right[0])) {
    return left_number ? std::strong_ordering::greater : std::strong_ordering::less;
  }
  if (left_number && left.size() != right.size()) return left.size() <=> right.size();
  return left <=> right;
}

}  // namespace

std::optional<std::strong_ordering> compare_versions(std::string_view left, std::string_view right) {
  const auto a = segments_of(left);
  const auto b = segments_of(right);
  if (!a || !b) return std::nullopt;
  const std::string zero = "0";
  for (size_t i = 0; i < std::max(a->size(), b->size()); ++i) {
    const auto order = compare_segments(i < a->size() ? (*a)[i] : zero, i < b->size() ? (*b)[i] : zero);
    if (order != std::strong_ordering::equal) return order;
  }
  return std::strong_ordering::equal;
}

}  // namespace kamal
