// Reader: steps over Ruby code.

#include <algorithm>
#include <array>

#include "erb/parser.h"
#include "erb/text.h"

namespace kamal::erb {
namespace {

// The longest first.
constexpr std::array<std::string_view, 44> operations = {
    "<=>", "===", "...", "&&=", "||=", "&.", "==", "!=", ">=", "<=", "&&", "||", "=~", "!~", "..",
    "::",  "+=",  "-=",  "*=",  "/=",  "%=", "<<", "=>", "+",  "-",  "*",  "/",  "%",  "=",  "<",
    ">",   "!",   "&",   "|",   "?",   ":",  ",",  ".",  "(",  "[",  "{",  ")",  "]",  "}"};

// Does the next line with something on it start with a .method?
bool goes_on(std::string_view rest) {
  rest = strip_left(rest);
  return rest.starts_with("&.") || (rest.starts_with(".") && !rest.starts_with(".."));
}

}  // namespace

std::string_view Reader::take(size_t count) {
  const std::string_view text = rest().substr(0, count);
  position_ += text.size();
  return text;
}

std::string_view Reader::take_while(bool (*wanted)(char)) {
  const std::string_view text = rest();
  return take(static_cast<size_t>(std::ranges::find_if_not(text, wanted) - text.begin()));
}

bool Reader::skip_blanks() {
  const size_t start = position_;
  skip(goes_on);
  return position_ > start;
}

void Reader::skip_lines() {
  skip([](std::string_view) { return true; });
}

void Reader::skip_separators() {
  for (skip_lines(); peek() == ';'; skip_lines()) ++position_;
}

// `over` answers for the rest of the code at a line end.
void Reader::skip(bool (*over)(std::string_view)) {
  while (!done()) {
    const char c = peek();
    if (c == '#')
      position_ = std::min(code_.find('\n', position_), code_.size());
    else if (c == ' ' || c == '\t' || c == '\r' || (c == '\n' && over(rest())))
      ++position_;
    else
      return;
  }
}

std::string_view Reader::word() const {
  Reader ahead = *this;
  size_t size = is_digit(peek()) ? 0 : ahead.take_while(is_name_character).size();
  const char mark = ahead.peek(), next = ahead.peek(1), second = ahead.peek(2);
  const bool marked =
      (mark == '?' || mark == '!') && (next != '=' || second == '=' || second == '~' || second == '>');
  if (size > 0 && marked) ++size;
  return rest().substr(0, size);
}

bool Reader::accept_word(std::string_view wanted) {
  if (!at_word(wanted)) return false;
  position_ += wanted.size();
  return true;
}

std::string_view Reader::operation() const {
  const auto* const known =
      std::ranges::find_if(operations, [&](std::string_view one) { return rest().starts_with(one); });
  return known == operations.end() ? "" : *known;
}

bool Reader::accept(std::string_view wanted) {
  if (!at(wanted)) return false;
  position_ += wanted.size();
  return true;
}

bool starts_no_operand(std::string_view word) {
  constexpr std::array words = {"BEGIN", "END",    "alias",  "and",    "break",  "class", "def",   "do",
                                "else",  "elsif",  "end",    "ensure", "for",    "if",    "in",    "module",
                                "or",    "redo",   "rescue", "retry",  "return", "self",  "super", "then",
                                "undef", "unless", "until",  "when",   "while",  "yield"};
  return std::ranges::find(words, word) != words.end();
}

}  // namespace kamal::erb
