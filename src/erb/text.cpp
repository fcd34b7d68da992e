#include "erb/text.h"

#include <algorithm>
#include <charconv>
#include <cstdlib>
#include <regex>

namespace kamal::erb {
namespace {

// The byte where character `index` starts; text.size() after the end.
size_t byte_of(std::string_view text, int64_t index) {
  size_t at = 0;
  for (; index > 0 && at < text.size(); --index) at += first_character(text.substr(at)).size();
  return at;
}

struct Number {
  std::string digits;  // as C++ writes it: without underscores and plus signs; "": none
  bool whole = false;  // only blanks follow
};

// The number that a text starts with.
Number number_at(std::string_view text, const std::regex& form) {
  constexpr size_t longest = 400;  // std::regex recurses
  text = strip_left(text);
  std::cmatch match;
  std::regex_search(text.data(), text.data() + std::min(text.size(), longest), match, form,
                    std::regex_constants::match_continuous);
  std::string digits = match.str();
  text.remove_prefix(digits.size());
  std::erase_if(digits, [](char c) { return c == '_' || c == '+'; });
  return {digits, !digits.empty() && strip_left(text).empty()};
}

Number float_at(std::string_view text) {
  static const std::regex form(R"([+-]?(\d+(_\d+)*(\.\d+(_\d+)*)?|\.\d+(_\d+)*)([eE][+-]?\d+(_\d+)*)?)");
  return number_at(text, form);
}

std::optional<int64_t> integer_of(std::string_view digits, int base) {
  int64_t value = 0;
  const auto [end, error] = std::from_chars(digits.data(), digits.data() + digits.size(), value, base);
  return error == std::errc() ? std::optional(value) : std::nullopt;
}

}  // namespace

std::string_view first_character(std::string_view text) {
  return text.substr(0, std::max<size_t>(1, utf8_character_size(text)));
}

int64_t length(std::string_view text) {
  int64_t count = 0;
  for (; !text.empty(); ++count) text.remove_prefix(first_character(text).size());
  return count;
}

std::string_view substring(std::string_view text, int64_t first, int64_t count) {
  text.remove_prefix(byte_of(text, first));
  return text.substr(0, byte_of(text, count));
}

std::string_view strip_left(std::string_view text) {
  while (!text.empty() && is_space(text.front())) text.remove_prefix(1);
  return text;
}

std::string_view strip_right(std::string_view text) {
  while (!text.empty() && is_space(text.back())) text.remove_suffix(1);
  return text;
}

std::optional<int64_t> leading_integer(std::string_view text) {
  static const std::regex form(R"([+-]?\d+(_\d+)*)");
  const Number number = number_at(text, form);
  return number.digits.empty() ? 0 : integer_of(number.digits, 10);
}

double leading_float(std::string_view text) { return std::strtod(float_at(text).digits.c_str(), nullptr); }

std::optional<int64_t> whole_integer(std::string_view text) {
  static const std::regex form(R"([+-]?(0[xX][\da-fA-F]+(_[\da-fA-F]+)*|0|[1-9]\d*(_\d+)*))");
  Number number = number_at(text, form);
  if (!number.whole) return std::nullopt;
  const size_t mark = number.digits.find_first_of("xX");
  if (mark == std::string::npos) return integer_of(number.digits, 10);
  return integer_of(number.digits.erase(mark - 1, 2), 16);
}

std::optional<double> whole_float(std::string_view text) {
  const Number number = float_at(text);
  return number.whole ? std::optional(std::strtod(number.digits.c_str(), nullptr)) : std::nullopt;
}

}  // namespace kamal::erb
