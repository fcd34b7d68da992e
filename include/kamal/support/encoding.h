#pragma once

#include <cstddef>
#include <optional>
#include <span>
#include <string>
#include <string_view>

namespace kamal {

std::string base64(std::string_view bytes);
// Lines of 60 characters each ended by a line feed (Ruby's Base64.encode64).
std::string base64_lines(std::string_view bytes);
std::optional<std::string> base64_decode(std::string_view text);  // whitespace is skipped

std::string hex(std::span<const unsigned char> bytes);
std::string sha256_hex(std::string_view bytes);  // 64 hexadecimal digits

// Length in bytes of the UTF-8 character at the start of `text`; 0 if there is none (Unicode, table 3-7: no
// surrogates, no overlong forms).
size_t utf8_character_size(std::string_view text);

// The code point of one character; a byte that belongs to none is its own.
unsigned code_point(std::string_view character);

// Whether this is a continuation byte.
constexpr bool continues_utf8_character(char byte) {
  return (static_cast<unsigned char>(byte) & 0xC0) == 0x80;
}

// Truncates longer text to `max_bytes` bytes, or fewer to keep characters whole, and appends "...".
std::string shortened(std::string_view text, size_t max_bytes);

bool is_utf8(std::string_view bytes);

// A file's text without the byte order mark that some editors put in front of UTF-8.
std::string_view without_byte_order_mark(std::string_view text);

// Well-formed and without NUL bytes: what an environment variable and JSON can hold.
bool is_utf8_text(std::string_view bytes);

}  // namespace kamal
