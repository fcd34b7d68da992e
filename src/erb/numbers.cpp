#include "erb/numbers.h"

#include <charconv>
#include <cstdlib>
#include <string>

#include "erb/text.h"

namespace kamal::erb {
namespace {

int digit_of(char c) {
  if (c >= '0' && c <= '9') return c - '0';
  if (c >= 'a' && c <= 'z') return c - 'a' + 10;
  if (c >= 'A' && c <= 'Z') return c - 'A' + 10;
  return 99;
}

// 0x, 0b, 0o, where they fit the base.
size_t prefix_size(std::string_view text, int base) {
  if (text.size() < 2 || text[0] != '0') return 0;
  const char c = static_cast<char>(text[1] | 0x20);
  return (c == 'x' && base == 16) || (c == 'b' && base == 2) || (c == 'o' && base == 8) ? 2 : 0;
}

// Digits with single underscores between them; how many characters they are.
size_t digits_of(std::string_view text, int base, std::string& digits) {
  size_t at = 0;
  while (at < text.size()) {
    const bool underscore = text[at] == '_' && at > 0 && text[at - 1] != '_' && at + 1 < text.size();
    if (underscore && digit_of(text[at + 1]) < base) ++at;
    if (digit_of(text[at]) >= base) break;
    digits += text[at++];
  }
  return at;
}

// The characters of a decimal number with a fraction or exponent, which is `value`; 0 where there is none.
size_t read_float(std::string_view text, double& value) {
  std::string plain(text.substr(0, text.starts_with('-') ? 1 : 0));
  size_t at = text.starts_with('-') || text.starts_with('+') ? 1 : 0;
  const size_t whole = digits_of(text.substr(at), 10, plain);
  if (whole == 0) return 0;
  at += whole;
  if (at + 1 < text.size() && text[at] == '.' && digit_of(text[at + 1]) < 10) {
    plain += '.';
    at += 1 + digits_of(text.substr(at + 1), 10, plain);
  }
  if (at + 1 < text.size() && (text[at] | 0x20) == 'e') {
    const size_t sign = text[at + 1] == '-' || text[at + 1] == '+' ? 1 : 0;
    std::string exponent;
    const size_t size = digits_of(text.substr(at + 1 + sign), 10, exponent);
    if (size > 0) plain += "e" + std::string(text.substr(at + 1, sign)) + exponent;
    if (size > 0) at += 1 + sign + size;
  }
  value = std::strtod(plain.c_str(), nullptr);
  return at;
}

}  // namespace

std::optional<int64_t> leading_integer(std::string_view text, int base) {
  text = strip_left(text);
  const bool negative = text.starts_with('-');
  if (negative || text.starts_with('+')) text.remove_prefix(1);
  text.remove_prefix(prefix_size(text, base));
  std::string digits = negative ? "-" : "";
  if (digits_of(text, base, digits) == 0) return 0;
  int64_t value = 0;
  const auto [end, error] = std::from_chars(digits.data(), digits.data() + digits.size(), value, base);
  return error == std::errc() ? std::optional(value) : std::nullopt;
}

double leading_float(std::string_view text) {
  double value = 0;
  read_float(strip_left(text), value);
  return value;
}

bool parse_integer(std::string_view text, int base, int64_t& value) {
  text = strip_left(strip_right(text));
  const bool negative = text.starts_with('-');
  if (negative || text.starts_with('+')) text.remove_prefix(1);
  const std::string_view whole = text;
  if (base == 10 && text.size() > 1 && text[0] == '0') {  // as in Ruby code: 0x1f, 0b1, 0o17, 017
    const char c = static_cast<char>(text[1] | 0x20);
    base = c == 'x' ? 16 : c == 'b' ? 2 : c == 'd' ? 10 : 8;
    if (c == 'd') text.remove_prefix(2);
  }
  text.remove_prefix(prefix_size(text, base));
  std::string digits = negative ? "-" : "";
  const size_t size = digits_of(text, base, digits);
  if (whole.empty() || size == 0 || size != text.size()) return false;
  const auto [end, error] = std::from_chars(digits.data(), digits.data() + digits.size(), value, base);
  return error == std::errc();
}

bool parse_float(std::string_view text, double& value) {
  text = strip_left(strip_right(text));
  return !text.empty() && read_float(text, value) == text.size();
}

}  // namespace kamal::erb
