#pragma once

#include <cstdint>
#include <optional>
#include <string>
#include <string_view>

#include "kamal/support/encoding.h"
#include "kamal/support/strings.h"

namespace kamal::erb {

// Text as Ruby counts it: in characters of UTF-8; a byte that is part of none counts as one.

// The first character of a text that is not empty.
std::string_view first_character(std::string_view text);
int64_t length(std::string_view text);
std::string_view substring(std::string_view text, int64_t first, int64_t count);

constexpr bool is_one_of(char c, std::string_view list) { return list.find(c) != std::string_view::npos; }
constexpr bool is_space(char c) { return c == ' ' || (c >= '\t' && c <= '\r') || c == '\0'; }
std::string_view strip_left(std::string_view text);
std::string_view strip_right(std::string_view text);

constexpr bool is_capital(char c) { return c >= 'A' && c <= 'Z'; }
// For names of variables and methods: letters of any script, digits and underscores.
constexpr bool is_name_character(char c) {
  return is_letter(c) || is_digit(c) || c == '_' || (c & 0x80) != 0;
}

// The number at the start of a text, 0 for none (Ruby's to_i); nothing beyond 64 bits.
std::optional<int64_t> leading_integer(std::string_view text);
double leading_float(std::string_view text);
// All of the text as a number: decimal, an integer also with 0x. Nothing for a leading zero, Ruby's octal.
std::optional<int64_t> whole_integer(std::string_view text);
std::optional<double> whole_float(std::string_view text);

}  // namespace kamal::erb
