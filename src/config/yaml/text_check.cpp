#include "config/yaml/text_check.h"

#include <optional>

#include "kamal/config/error.h"

namespace kamal::yaml {
namespace {

// Bytes of the UTF-8 character that starts here; 0 for none.
size_t character_length(std::string_view text) {
  const auto byte = [&](size_t i) { return static_cast<unsigned char>(text[i]); };
  const unsigned char first = byte(0);
  const size_t length = first < 0x80                    ? 1
                        : first >= 0xC2 && first < 0xE0 ? 2
                        : (first & 0xF0) == 0xE0        ? 3
                        : first >= 0xF0 && first < 0xF5 ? 4
                                                        : 0;
  if (length > text.size()) return 0;
  for (size_t i = 1; i < length; ++i) {
    if ((byte(i) & 0xC0) != 0x80) return 0;
  }
  if (length == 3 && first == 0xE0 && byte(1) < 0xA0) return 0;  // longer than needed
  if (length == 3 && first == 0xED && byte(1) > 0x9F) return 0;  // half of a surrogate pair
  if (length == 4 && first == 0xF0 && byte(1) < 0x90) return 0;
  if (length == 4 && first == 0xF4 && byte(1) > 0x8F) return 0;
  return length;
}

bool is_control(char c) {
  const auto byte = static_cast<unsigned char>(c);
  return (byte < 0x20 && c != '\t' && c != '\n' && c != '\r') || byte == 0x7F;
}

[[noreturn]] void refuse(const std::string& file, int line, const std::string& what) {
  throw ConfigurationError(
      {Problem{{file, line}, "", what + ", so this is no text file (it should be YAML in UTF-8)"}});
}

}  // namespace

void check_text(std::string_view text, const std::string& file) {
  int line = 1;
  while (!text.empty()) {
    const size_t length = character_length(text);
    if (length == 0) refuse(file, line, "there are bytes that are not UTF-8");
    if (is_control(text[0])) refuse(file, line, "there is a control character");
    if (text[0] == '\n') ++line;
    text.remove_prefix(length);
  }
}

}  // namespace kamal::yaml
