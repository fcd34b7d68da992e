#include "config/secrets/shellwords.h"

namespace kamal {
namespace {

bool is_plain(char c) {
  const bool word = (c >= 'a' && c <= 'z') || (c >= 'A' && c <= 'Z') || (c >= '0' && c <= '9');
  return word || std::string_view("_-.,:+/@").find(c) != std::string_view::npos;
}

bool continues_character(char c) { return (static_cast<unsigned char>(c) & 0xC0) == 0x80; }

}  // namespace

std::string shellwords_escape(std::string_view text) {
  if (text.empty()) return "''";
  std::string escaped;
  for (const char c : text) {
    if (c == '\n') {
      escaped += "'\n'";
    } else {
      if (!is_plain(c) && !continues_character(c)) escaped += '\\';
      escaped += c;
    }
  }
  return escaped;
}

}  // namespace kamal
