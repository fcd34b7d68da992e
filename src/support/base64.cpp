#include "kamal/support/base64.h"

#include <array>
#include <cctype>
#include <cstdint>

namespace kamal {
namespace {

constexpr std::string_view alphabet = "ABCDEFGHIJKLMNOPQRSTUVWXYZabcdefghijklmnopqrstuvwxyz0123456789+/";
constexpr size_t bytes_per_line = 45;

void encode_three(std::string_view bytes, std::string& text) {
  uint32_t bits = 0;
  for (size_t i = 0; i < 3; ++i)
    bits = bits << 8 | (i < bytes.size() ? static_cast<unsigned char>(bytes[i]) : 0u);
  for (size_t i = 0; i < 4; ++i) text += i <= bytes.size() ? alphabet[bits >> (18 - 6 * i) & 63] : '=';
}

void encode(std::string_view bytes, std::string& text) {
  for (size_t at = 0; at < bytes.size(); at += 3) encode_three(bytes.substr(at, 3), text);
}

}  // namespace

std::string base64(std::string_view bytes) {
  std::string text;
  text.reserve(bytes.size() / 3 * 4 + 4);
  encode(bytes, text);
  return text;
}

std::string base64_lines(std::string_view bytes) {
  std::string text;
  text.reserve(bytes.size() / 45 * 61 + 62);
  for (size_t line = 0; line < bytes.size(); line += bytes_per_line) {
    const std::string_view in_line = bytes.substr(line, bytes_per_line);
    encode(in_line, text);
    text += '\n';
  }
  return text;
}

std::optional<std::string> base64_decode(std::string_view text) {
  std::string bytes;
  uint32_t bits = 0;
  int count = 0;
  for (const char c : text) {
    if (c == '=') break;
    if (std::isspace(static_cast<unsigned char>(c))) continue;
    const size_t value = alphabet.find(c);
    if (value == std::string_view::npos) return std::nullopt;
    bits = bits << 6 | static_cast<uint32_t>(value);
    count += 6;
    if (count >= 8) {
      count -= 8;
      bytes += static_cast<char>(bits >> count & 0xff);
    }
  }
  return bytes;
}

}  // namespace kamal
