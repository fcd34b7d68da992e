#include "erb/text.h"

#include <algorithm>
#include <charconv>
#include <cstdlib>
#include <string>

namespace kamal::erb {
namespace {

// A byte that is part of no character stands for itself.
size_t character_size(std::string_view text, size_t at) {
  return std::max<size_t>(1, utf8_character_size(text.substr(at)));
}

bool is_space(char c) { return c == ' ' || (c >= '\t' && c <= '\r') || c == '\0'; }

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

void append_utf8(std::string& text, unsigned c) {
  if (c > 0x10FFFF || (c >= 0xD800 && c <= 0xDFFF)) c = 0xFFFD;
  if (c < 0x80) {
    text += static_cast<char>(c);
  } else if (c < 0x800) {
    text += static_cast<char>(0xC0 | (c >> 6));
    text += static_cast<char>(0x80 | (c & 0x3F));
  } else if (c < 0x10000) {
    text += static_cast<char>(0xE0 | (c >> 12));
    text += static_cast<char>(0x80 | ((c >> 6) & 0x3F));
    text += static_cast<char>(0x80 | (c & 0x3F));
  } else {
    text += static_cast<char>(0xF0 | (c >> 18));
    text += static_cast<char>(0x80 | ((c >> 12) & 0x3F));
    text += static_cast<char>(0x80 | ((c >> 6) & 0x3F));
    text += static_cast<char>(0x80 | (c & 0x3F));
  }
}

std::string_view first_character(std::string_view text) { return text.substr(0, character_size(text, 0)); }

std::vector<std::string_view> characters(std::string_view text) {
  std::vector<std::string_view> list;
  for (size_t at = 0; at < text.size();) {
    const size_t size = character_size(text, at);
    list.push_back(text.substr(at, size));
    at += size;
  }
  return list;
}

int64_t length(std::string_view text) {
  int64_t count = 0;
  for (size_t at = 0; at < text.size(); at += character_size(text, at)) ++count;
  return count;
}

size_t byte_of(std::string_view text, int64_t index) {
  size_t at = 0;
  for (; index > 0 && at < text.size(); --index) at += character_size(text, at);
  return at;
}

std::string_view substring(std::string_view text, int64_t first, int64_t count) {
  text.remove_prefix(byte_of(text, first));
  return text.substr(0, byte_of(text, count));
}

std::vector<std::string_view> lines_with_ends(std::string_view text) {
  std::vector<std::string_view> lines;
  while (!text.empty()) {
    const size_t end = text.find('\n');
    const size_t size = end == std::string_view::npos ? text.size() : end + 1;
    lines.push_back(text.substr(0, size));
    text.remove_prefix(size);
  }
  return lines;
}

std::string_view strip_left(std::string_view text) {
  while (!text.empty() && is_space(text.front())) text.remove_prefix(1);
  return text;
}

std::string_view strip_right(std::string_view text) {
  while (!text.empty() && is_space(text.back())) text.remove_suffix(1);
  return text;
}

std::string_view chomp_end(std::string_view text) {
  if (text.ends_with("\r\n")) return text.substr(0, text.size() - 2);
  if (text.ends_with('\n') || text.ends_with('\r')) return text.substr(0, text.size() - 1);
  return text;
}

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
