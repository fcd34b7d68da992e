#include "yaml/libyaml.h"

#include <fmt/format.h>
#include <yaml-cpp/exceptions.h>

#include <algorithm>
#include <array>

#include "kamal/support/encoding.h"

namespace kamal::yaml {
namespace {

bool is_printable_character(std::string_view c) {
  const auto lead = static_cast<unsigned char>(c[0]);
  if (c.size() == 1) return lead == '\n' || (lead >= 0x20 && lead < 0x7F);
  if (c.size() == 2) return c >= "\u00A0";
  if (c.size() == 4) return false;
  constexpr std::array<std::string_view, 5> unprintable{"\u2028", "\u2029", "\uFEFF", "\uFFFE", "\uFFFF"};
  return std::ranges::find(unprintable, c) == unprintable.end();
}

// The letter after the backslash, or 0.
char short_escape(unsigned code) {
  constexpr std::string_view letters = "0abtnvfre\"\\NLP";
  constexpr std::array<unsigned, letters.size()> codes{0,    '\a', '\b', '\t', '\n', '\v',   '\f',
                                                       '\r', 0x1B, '"',  '\\', 0x85, 0x2028, 0x2029};
  const auto found = std::ranges::find(codes, code);
  return found == codes.end() ? '\0' : letters[static_cast<size_t>(found - codes.begin())];
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

}  // namespace

bool quote_is_closed(std::string_view source, size_t position) {
  const std::string_view text = without_properties(source.substr(std::min(position, source.size())));
  if (!text.starts_with('"') && !text.starts_with('\'')) return true;
  const char quote = text[0];
  for (size_t i = 1; i < text.size(); ++i) {
    const bool doubled = quote == '\'' && text.substr(i).starts_with("''");
    if (doubled || (quote == '"' && text[i] == '\\')) {
      ++i;
    } else if (text[i] == quote) {
      return true;
    }
  }
  return false;
}

bool starts_another_document(std::string_view source, size_t position) {
  const std::string_view before = source.substr(0, std::min(position, source.size()));
  const std::string_view rest = source.substr(before.size());
  return rest.empty() || rest.starts_with("---") || rest.starts_with('%') ||
         before.find("\n...") != std::string_view::npos;
}

namespace {

// The name of the alias or anchor that begins at `position`.
std::string_view anchor_name(std::string_view source, size_t position) {
  if (position + 1 >= source.size()) return {};
  const std::string_view text = source.substr(position + 1);
  return text.substr(0, text.find_first_of(" \t\r\n,[]{}"));
}

}  // namespace

std::optional<int> tab_in_indentation(std::string_view source, int line) {
  for (; line > 1 && !source.empty(); --line) {
    const size_t end = source.find('\n');
    source = end == std::string_view::npos ? std::string_view() : source.substr(end + 1);
  }
  const size_t start = source.find_first_not_of(" \t");
  const size_t tab = source.substr(0, start).find('\t');
  return tab == std::string_view::npos ? std::nullopt : std::optional(static_cast<int>(tab) + 1);
}

std::string explain(const YAML::Exception& error, std::string_view source, int line) {
  if (error.msg == YAML::ErrorMsg::UNKNOWN_ANCHOR) {
    return "undefined anchor &" +
           std::string(anchor_name(source, static_cast<size_t>(std::max(error.mark.pos, 0))));
  }
  if (tab_in_indentation(source, line)) return "tab in indentation (use spaces)";
  if (error.msg == YAML::ErrorMsg::BLOCK_ENTRY || error.msg == YAML::ErrorMsg::MAP_KEY ||
      error.msg == YAML::ErrorMsg::MAP_VALUE || error.msg == YAML::ErrorMsg::END_OF_MAP ||
      error.msg == YAML::ErrorMsg::END_OF_SEQ) {
    return error.msg + " (check the indentation, colons and dashes here and in the line before)";
  }
  if (error.msg == YAML::ErrorMsg::END_OF_SEQ_FLOW) return "unclosed [";
  if (error.msg == YAML::ErrorMsg::END_OF_MAP_FLOW) return "unclosed {";
  return error.msg;
}

}  // namespace kamal::yaml
