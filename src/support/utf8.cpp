#include "kamal/support/utf8.h"

namespace kamal {
namespace {

// By the first byte alone; 0 for one that starts no character.
size_t size_by_lead(unsigned char lead) {
  if (lead < 0x80) return 1;
  if (lead < 0xC2) return 0;
  if (lead < 0xE0) return 2;
  if (lead < 0xF0) return 3;
  return lead < 0xF5 ? 4 : 0;
}

// The second byte decides what is longer than needed, half of a surrogate pair, or behind the last character.
bool may_follow(unsigned char lead, unsigned char second) {
  switch (lead) {
    case 0xE0:
      return second >= 0xA0;
    case 0xED:
      return second <= 0x9F;
    case 0xF0:
      return second >= 0x90;
    case 0xF4:
      return second <= 0x8F;
    default:
      return true;
  }
}

}  // namespace

size_t utf8_character_size(std::string_view text) {
  if (text.empty()) return 0;
  const auto lead = static_cast<unsigned char>(text[0]);
  const size_t size = size_by_lead(lead);
  if (size > text.size()) return 0;
  for (size_t i = 1; i < size; ++i) {
    if (!continues_utf8_character(text[i])) return 0;
  }
  return size < 2 || may_follow(lead, static_cast<unsigned char>(text[1])) ? size : 0;
}

unsigned code_point(std::string_view character) {
  const auto lead = static_cast<unsigned char>(character[0]);
  if (character.size() == 1) return lead;
  unsigned code = lead & (0xFFU >> (character.size() + 1));
  for (const char next : character.substr(1)) code = (code << 6) | (next & 0x3FU);
  return code;
}

bool is_utf8(std::string_view bytes) {
  while (!bytes.empty()) {
    const size_t size = utf8_character_size(bytes);
    if (size == 0) return false;
    bytes.remove_prefix(size);
  }
  return true;
}

bool is_utf8_text(std::string_view bytes) {
  return bytes.find('\0') == std::string_view::npos && is_utf8(bytes);
}

}  // namespace kamal
