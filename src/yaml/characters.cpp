#include "yaml/characters.h"

#include <fmt/format.h>

#include <algorithm>
#include <initializer_list>

#include "kamal/support/utf8.h"

namespace kamal::yaml {
namespace {

bool is_one_of(std::string_view character, std::initializer_list<std::string_view> list) {
  return std::find(list.begin(), list.end(), character) != list.end();
}

bool is_printable_character(std::string_view c) {
  const auto lead = static_cast<unsigned char>(c[0]);
  if (c.size() == 1) return lead == '\n' || (lead >= 0x20 && lead < 0x7F);
  if (c.size() == 2) return c >= "\u00A0";
  if (c.size() == 4) return false;
  return !is_one_of(c, {"\u2028", "\u2029", "\uFEFF", "\uFFFE", "\uFFFF"});
}

// The letter behind the backslash, 0 where there is none.
char short_escape(unsigned code) {
  switch (code) {
    case 0:
      return '0';
    case '\a':
      return 'a';
    case '\b':
      return 'b';
    case '\t':
      return 't';
    case '\n':
      return 'n';
    case '\v':
      return 'v';
    case '\f':
      return 'f';
    case '\r':
      return 'r';
    case 0x1B:
      return 'e';
    case '"':
      return '"';
    case '\\':
      return '\\';
    case 0x85:
      return 'N';
    case 0x2028:
      return 'L';
    case 0x2029:
      return 'P';
    default:
      return 0;
  }
}

}  // namespace

bool is_printable(std::string_view text) {
  while (!text.empty()) {
    const size_t size = utf8_character_size(text);
    if (size == 0 || !is_printable_character(text.substr(0, size))) return false;
    text.remove_prefix(size);
  }
  return true;
}

std::string escaped(std::string_view character) {
  const unsigned code = code_point(character);
  if (const char letter = short_escape(code)) return {'\\', letter};
  if (is_printable_character(character)) return std::string(character);
  if (code <= 0xFF) return fmt::format("\\x{:02X}", code);
  return code <= 0xFFFF ? fmt::format("\\u{:04X}", code) : fmt::format("\\U{:08X}", code);
}

std::string with_whole_characters(std::string_view text) {
  std::string whole;
  while (!text.empty()) {
    const size_t size = utf8_character_size(text);
    if (size == 0) whole += '\xC2';
    whole += text.substr(0, std::max<size_t>(size, 1));
    text.remove_prefix(std::max<size_t>(size, 1));
  }
  return whole;
}

}  // namespace kamal::yaml
