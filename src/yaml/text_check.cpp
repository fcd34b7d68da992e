#include "kamal/yaml/text_check.h"

#include "kamal/support/utf8.h"
#include "kamal/yaml/error.h"

namespace kamal::yaml {
namespace {

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
    const size_t length = utf8_character_size(text);
    if (length == 0) refuse(file, line, "there are bytes that are not UTF-8");
    if (is_control(text[0])) refuse(file, line, "there is a control character");
    if (text[0] == '\n') ++line;
    text.remove_prefix(length);
  }
}

}  // namespace kamal::yaml
