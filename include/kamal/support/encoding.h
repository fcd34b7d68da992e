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
std::optional<std::string> base64_decode(std::string_view text);  // white space is skipped

std::string hex(std::span<const unsigned char> bytes);
std::string sha256_hex(std::string_view bytes);  // 64 hexadecimal digits

// Bytes of the character that `text` starts with; 0 where it starts with none (Unicode, table 3-7: no
// surrogates, nothing longer than needed).
size_t utf8_character_size(std::string_view text);

// The number of one character; a byte that is part of none is its own.
unsigned code_point(std::string_view character);

// Is this byte the second or a later one of a character?
constexpr bool continues_utf8_character(char byte) {
  return (static_cast<unsigned char>(byte) & 0xC0) == 0x80;
}

// The first `max_bytes` bytes, or less to cut no character, and "..."; or the text if it has no more.
std::string shortened(std::string_view text, size_t max_bytes);

bool is_utf8(std::string_view bytes);

// Well-formed and without NUL bytes: what an environment variable and JSON can hold.
bool is_utf8_text(std::string_view bytes);

}  // namespace kamal
