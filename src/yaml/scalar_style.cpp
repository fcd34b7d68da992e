#include "yaml/scalar_style.h"

#include <algorithm>

#include "yaml/characters.h"
#include "yaml/scalar.h"

namespace kamal::yaml {
namespace {

bool is_blank_or_end(std::string_view text, size_t at) {
  return at >= text.size() || text[at] == ' ' || text[at] == '\t' || text[at] == '\n' || text[at] == '\r';
}

bool is_word(char c) {
  const auto byte = static_cast<unsigned char>(c);
  return byte >= 0x80 || c == '_' || (c >= '0' && c <= '9') || (c >= 'a' && c <= 'z') ||
         (c >= 'A' && c <= 'Z');
}

// What a text has in it that keeps it from some style.
struct Traits {
  bool breaks = false, special = false, indicators = false;
  bool edge_white_space = false, trailing_space = false;
  bool break_then_space = false, space_then_break = false;
};

bool is_indicator(std::string_view text, size_t i) {
  const char c = text[i];
  const bool before_blank = is_blank_or_end(text, i + 1);
  if (i == 0) {
    if (std::string_view("#,[]{}&*!|>'\"%@`").find(c) != std::string_view::npos) return true;
    return (c == '?' || c == ':' || c == '-') && before_blank;
  }
  if (c == ':') return before_blank;
  return c == '#' && is_blank_or_end(text, i - 1);
}

Traits traits_of(std::string_view text) {
  Traits traits;
  traits.special = !is_printable(text);
  if (text.starts_with("---") || text.starts_with("...")) traits.indicators = true;
  for (size_t i = 0; i < text.size(); ++i) {
    const char c = text[i];
    const char previous = i > 0 ? text[i - 1] : '\0';
    const bool at_edge = i == 0 || i + 1 == text.size();
    if (is_indicator(text, i)) traits.indicators = true;
    if (c == '\n') traits.breaks = true;
    if ((c == ' ' || c == '\n') && at_edge) traits.edge_white_space = true;
    if (c == ' ' && i + 1 == text.size()) traits.trailing_space = true;
    if (c == ' ' && previous == '\n') traits.break_then_space = true;
    if (c == '\n' && previous == ' ') traits.space_then_break = true;
  }
  return traits;
}

// Line feeds at the end are no reason for a block, up to two of them.
bool breaks_inside(std::string_view text) {
  if (text.ends_with('\n')) text.remove_suffix(1);
  const size_t found = text.find('\n');
  return found != std::string_view::npos && found + 1 < text.size();
}

bool looks_octal_but_is_not(std::string_view text) {
  if (!text.starts_with('0')) return false;
  const size_t end = text.find_first_not_of("01234567");
  return end != std::string_view::npos && (text[end] == '8' || text[end] == '9');
}

Style wanted_style(std::string_view text) {
  if (breaks_inside(text)) return Style::literal;
  if (text == "y" || text == "n" || text == "Y" || text == "N") return Style::double_quoted;
  if (text.ends_with("\n\n")) return Style::double_quoted;
  if (!text.empty() && !is_word(text[0]) && text.find('"', 1) == std::string_view::npos)
    return Style::double_quoted;
  if (text.empty() || needs_quotes(text) || looks_octal_but_is_not(text)) return Style::single_quoted;
  return Style::plain;
}

}  // namespace

Style allowed_style(Style wanted, std::string_view text, Place place) {
  const Traits traits = traits_of(text);
  const bool unquotable = traits.special || traits.space_then_break;
  if (place == Place::key && traits.breaks) return Style::double_quoted;
  if (wanted == Style::plain) {
    const bool refused =
        traits.edge_white_space || traits.break_then_space || traits.breaks || traits.indicators;
    if (!refused && !unquotable && !(text.empty() && place == Place::key)) return Style::plain;
    wanted = Style::single_quoted;
  }
  if (wanted == Style::single_quoted) {
    return unquotable || traits.break_then_space ? Style::double_quoted : Style::single_quoted;
  }
  if (wanted == Style::literal) {
    return unquotable || traits.trailing_space || place == Place::key ? Style::double_quoted : Style::literal;
  }
  return wanted;
}

Style style_of_text(std::string_view text, Place place) {
  return allowed_style(wanted_style(text), text, place);
}

}  // namespace kamal::yaml
