#include "erb/text.h"

#include <algorithm>
#include <cctype>
#include <charconv>
#include <cstdlib>

namespace kamal::erb {
namespace {

// A byte that is part of no character stands for itself.
size_t character_size(std::string_view text, size_t at) {
  return std::max<size_t>(1, utf8_character_size(text.substr(at)));
}

bool is_hex_digit(char c) { return std::isxdigit(static_cast<unsigned char>(c)) != 0; }

// Moves digits with single underscores between them from `text` to the end of `digits`.
size_t take_digits(std::string_view& text, bool (*is_digit)(char), std::string& digits) {
  size_t count = 0;
  while (!text.empty()) {
    const bool underscore = count > 0 && text.size() > 1 && text[0] == '_' && is_digit(text[1]);
    if (underscore) text.remove_prefix(1);
    if (!is_digit(text[0])) break;
    digits += text[0];
    text.remove_prefix(1);
    ++count;
  }
  return count;
}

// Takes a sign off; "-" for a negative one.
std::string take_sign(std::string_view& text) {
  const bool negative = text.starts_with('-');
  if (negative || text.starts_with('+')) text.remove_prefix(1);
  return negative ? "-" : "";
}

std::optional<int64_t> number_of(const std::string& digits, int base) {
  int64_t value = 0;
  const auto [end, error] = std::from_chars(digits.data(), digits.data() + digits.size(), value, base);
  return error == std::errc() ? std::optional(value) : std::nullopt;
}

// Takes a decimal number with a fraction or exponent off the start; nothing where there is none.
std::optional<double> take_float(std::string_view& text) {
  std::string number = take_sign(text);
  if (take_digits(text, is_digit, number) == 0) return std::nullopt;
  if (text.size() > 1 && text[0] == '.' && is_digit(text[1])) {
    text.remove_prefix(1);
    number += '.';
    take_digits(text, is_digit, number);
  }
  if (text.starts_with('e') || text.starts_with('E')) {
    std::string_view rest = text.substr(1);
    std::string exponent = "e" + take_sign(rest);
    if (take_digits(rest, is_digit, exponent) > 0) {
      number += exponent;
      text = rest;
    }
  }
  return std::strtod(number.c_str(), nullptr);
}

}  // namespace

std::string_view first_character(std::string_view text) { return text.substr(0, character_size(text, 0)); }

std::vector<std::string_view> characters(std::string_view text) {
  std::vector<std::string_view> list;
  for (size_t at = 0; at < text.size(); at += list.back().size())
    list.push_back(first_character(text.substr(at)));
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

std::optional<int64_t> leading_integer(std::string_view text) {
  text = strip_left(text);
  std::string digits = take_sign(text);
  return take_digits(text, is_digit, digits) == 0 ? 0 : number_of(digits, 10);
}

double leading_float(std::string_view text) {
  text = strip_left(text);
  return take_float(text).value_or(0);
}

std::optional<int64_t> whole_integer(std::string_view text) {
  text = strip_left(strip_right(text));
  std::string digits = take_sign(text);
  const bool hexadecimal = text.starts_with("0x") || text.starts_with("0X");
  if (!hexadecimal && text.starts_with('0') && text.size() > 1) return std::nullopt;
  if (hexadecimal) text.remove_prefix(2);
  const size_t count = take_digits(text, hexadecimal ? is_hex_digit : is_digit, digits);
  return count > 0 && text.empty() ? number_of(digits, hexadecimal ? 16 : 10) : std::nullopt;
}

std::optional<double> whole_float(std::string_view text) {
  text = strip_left(strip_right(text));
  const auto number = take_float(text);
  return text.empty() ? number : std::nullopt;
}

}  // namespace kamal::erb
