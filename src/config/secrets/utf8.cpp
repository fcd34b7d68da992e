#include "config/secrets/utf8.h"

#include <cstdint>

namespace kamal {
namespace {

// The number of bytes that should follow a lead byte, or -1 for what is none.
int bytes_behind(unsigned char lead) {
  if (lead < 0x80) return 0;
  if (lead < 0xC2) return -1;
  if (lead < 0xE0) return 1;
  if (lead < 0xF0) return 2;
  return lead < 0xF5 ? 3 : -1;
}

bool is_character(uint32_t code, int bytes) {
  const bool surrogate = code >= 0xD800 && code <= 0xDFFF;
  const bool too_long = (bytes == 2 && code < 0x800) || (bytes == 3 && code < 0x10000);
  return !surrogate && !too_long && code <= 0x10FFFF;
}

}  // namespace

bool is_utf8_text(std::string_view bytes) {
  for (size_t i = 0; i < bytes.size();) {
    const auto lead = static_cast<unsigned char>(bytes[i++]);
    const int behind = bytes_behind(lead);
    if (lead == 0 || behind < 0) return false;
    uint32_t code = behind == 0 ? lead : lead & (0x3Fu >> behind);
    for (int n = 0; n < behind; ++n, ++i) {
      if (i == bytes.size() || (static_cast<unsigned char>(bytes[i]) & 0xC0) != 0x80) return false;
      code = code << 6 | (static_cast<unsigned char>(bytes[i]) & 0x3F);
    }
    if (!is_character(code, behind)) return false;
  }
  return true;
}

}  // namespace kamal
