#include "kamal/support/shellwords.h"

#include "kamal/support/utf8.h"

namespace kamal {
namespace {

bool is_plain(char c) {
  const bool word = (c >= 'a' && c <= 'z') || (c >= 'A' && c <= 'Z') || (c >= '0' && c <= '9');
  return word || std::string_view("_-.,:+/@").find(c) != std::string_view::npos;
}

}  // namespace

std::string shellwords_escape(std::string_view text) {
  if (text.empty()) return "''";
  std::string escaped;
  for (const char c : text) {
    if (c == '\n') {
      escaped += "'\n'";
    } else {
      if (!is_plain(c) && !continues_utf8_character(c)) escaped += '\\';
      escaped += c;
    }
  }
  return escaped;
}

}  // namespace kamal
