#include "yaml/libyaml.h"

#include <fmt/format.h>

#include <algorithm>
#include <initializer_list>

#include "kamal/support/encoding.h"

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

// The letter after the backslash, or 0.
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

namespace {

constexpr std::string_view white_space = " \t\r\n";

// Past anchors and tags (`&name !tag`) to what they belong to.
std::string_view without_properties(std::string_view text) {
  while (true) {
    text.remove_prefix(std::min(text.find_first_not_of(white_space), text.size()));
    if (!text.starts_with('&') && !text.starts_with('!')) return text;
    text.remove_prefix(std::min(text.find_first_of(white_space), text.size()));
  }
}

bool double_quote_is_closed(std::string_view text) {
  for (size_t i = 1; i < text.size(); ++i) {
    if (text[i] == '"') return true;
    if (text[i] == '\\') ++i;
  }
  return false;
}

bool single_quote_is_closed(std::string_view text) {
  for (size_t i = 1; i < text.size(); ++i) {
    if (text[i] != '\'') continue;
    if (i + 1 == text.size() || text[i + 1] != '\'') return true;
    ++i;
  }
  return false;
}

}  // namespace

bool quote_is_closed(std::string_view source, size_t position) {
  const std::string_view text = without_properties(source.substr(std::min(position, source.size())));
  if (text.starts_with('"')) return double_quote_is_closed(text);
  if (text.starts_with('\'')) return single_quote_is_closed(text);
  return true;
}

bool starts_another_document(std::string_view source, size_t position) {
  const std::string_view before = source.substr(0, std::min(position, source.size()));
  const std::string_view rest = source.substr(before.size());
  return rest.empty() || rest.starts_with("---") || rest.starts_with('%') ||
         before.find("\n...") != std::string_view::npos;
}

std::string_view anchor_name(std::string_view source, size_t position) {
  if (position + 1 >= source.size()) return {};
  const std::string_view text = source.substr(position + 1);
  return text.substr(0, text.find_first_of(" \t\r\n,[]{}"));
}

bool indented_with_tab(std::string_view source, int line) {
  for (; line > 1 && !source.empty(); --line) {
    const size_t end = source.find('\n');
    source = end == std::string_view::npos ? std::string_view() : source.substr(end + 1);
  }
  const size_t start = source.find_first_not_of(" \t");
  return source.substr(0, start).find('\t') != std::string_view::npos;
}

}  // namespace kamal::yaml
