// Strings, symbols and %-literals.
#include <algorithm>
#include <array>

#include "erb/lexer.h"
#include "erb/source.h"
#include "erb/text.h"

namespace kamal::erb {
namespace {

bool is_name_character(char c) {
  return (c >= 'a' && c <= 'z') || (c >= 'A' && c <= 'Z') || (c >= '0' && c <= '9') || c == '_' ||
         (c & 0x80) != 0;
}

char closing(char open) {
  switch (open) {
    case '(':
      return ')';
    case '[':
      return ']';
    case '{':
      return '}';
    case '<':
      return '>';
    default:
      return open;
  }
}

constexpr std::array<std::string_view, 19> operator_symbols = {"<=>", "===", "[]=", "**", "==", "!=", "=~",
                                                               "[]",  "<<",  ">>",  "<=", ">=", "+",  "-",
                                                               "*",   "/",   "%",   "<",  ">"};

}  // namespace

Token Lexer::string(Token::Literal literal, bool interpolates) {
  const char open = code_[position_++];
  Token made = token(Token::Type::string, std::string(1, open), State::begin);
  made.literal = literal;
  made.interpolates = interpolates;
  made.close = closing(open);
  made.open = made.close == open ? '\0' : open;
  return made;
}

StringPart Lexer::string_piece(const Token& opening, int& nesting) {
  StringPart part;
  while (true) {
    if (done()) throw NotUnderstood(opening.position, "a string without an end");
    const char c = at();
    if (c == Source::text_mark || c == Source::output_mark) fail("a string across tags");
    if (c == opening.close) {
      if (nesting-- == 0) {
        ++position_;
        return part;
      }
    } else if (c == opening.open && opening.open != '\0') {
      ++nesting;
    } else if (c == '\\') {
      append_escape(part.text, opening);
      continue;
    } else if (c == '#' && opening.interpolates && (at(1) == '{' || at(1) == '@' || at(1) == '$')) {
      if (at(1) != '{') fail("interpolation without braces");
      position_ += 2;
      state_ = State::begin;
      part.end = StringPart::End::interpolation;
      return part;
    }
    part.text += c;
    ++position_;
  }
}

bool Lexer::take_label_colon() {
  if (at() != ':' || at(1) == ':') return false;
  ++position_;
  state_ = State::begin;
  return true;
}

std::string Lexer::take_regexp_options() {
  return std::string(take_while([](char c) { return c >= 'a' && c <= 'z'; }));
}

void Lexer::append_escape(std::string& text, const Token& opening) {
  const char c = at(1);
  if (opening.literal == Token::Literal::regexp) {
    if (c != opening.close) text += '\\';
    if (position_ + 1 < code_.size()) text += c;
    position_ = std::min(position_ + 2, code_.size());
  } else if (opening.interpolates) {
    ++position_;
    append_double_quoted_escape(text);
  } else {
    const bool escapes = c == '\\' || (c != '\0' && (c == opening.close || c == opening.open));
    text += escapes ? c : '\\';
    position_ += escapes ? 2 : 1;
  }
}

void Lexer::append_double_quoted_escape(std::string& text) {
  if (done()) fail("a string without an end");
  constexpr std::string_view names = "ntrse0abvf";
  constexpr std::string_view values("\n\t\r \x1b\0\a\b\v\f", 10);
  const char c = at();
  if (c >= '0' && c <= '7') {
    text += static_cast<char>(digits(8, 3));
  } else if (c == 'x') {
    ++position_;
    text += static_cast<char>(digits(16, 2));
  } else if (c == 'u') {
    ++position_;
    append_unicode(text);
  } else if (c == 'c' || c == 'C' || c == 'M') {
    fail("control characters in strings");
  } else {
    ++position_;
    if (const size_t known = names.find(c); known != std::string_view::npos)
      text += values[known];
    else if (c != '\n')
      text += c;
  }
}

void Lexer::append_unicode(std::string& text) {
  if (at() != '{') return append_utf8(text, digits(16, 4));
  ++position_;
  while (at() != '}') {
    append_utf8(text, digits(16, 6));
    while (at() == ' ') ++position_;
  }
  ++position_;
}

unsigned Lexer::digits(unsigned base, size_t most) {
  unsigned value = 0;
  size_t count = 0;
  for (; count < most; ++count) {
    const char c = at();
    const unsigned digit = c >= '0' && c <= '9'   ? static_cast<unsigned>(c - '0')
                           : c >= 'a' && c <= 'f' ? static_cast<unsigned>(c - 'a') + 10
                           : c >= 'A' && c <= 'F' ? static_cast<unsigned>(c - 'A') + 10
                                                  : base;
    if (digit >= base) break;
    value = value * base + digit;
    ++position_;
  }
  if (count == 0) fail("this escape in a string");
  return value;
}

Token Lexer::colon() {
  if (at(1) == ':') return operation();
  const bool blank = at(1) == ' ' || at(1) == '\n' || at(1) == '\t' || at(1) == '\r' || at(1) == '\0';
  if (state_ == State::after_operand || blank) return operation();
  ++position_;
  return symbol();
}

Token Lexer::symbol() {
  if (at() == '"') return string(Token::Literal::symbol, true);
  if (at() == '\'') return string(Token::Literal::symbol, false);
  for (const std::string_view known : operator_symbols) {
    if (code_.substr(position_).starts_with(known)) {
      position_ += known.size();
      return token(Token::Type::symbol, std::string(known), State::after_operand);
    }
  }
  std::string name(take_while(is_name_character));
  if (name.empty() || (name[0] >= '0' && name[0] <= '9')) fail("this kind of symbol");
  if ((at() == '?' || at() == '!') && at(1) != '=') name += code_[position_++];
  return token(Token::Type::symbol, std::move(name), State::after_operand);
}

Token Lexer::percent() {
  if (!operand_may_start()) return operation();
  constexpr std::string_view kinds = "wWiIqQxrs";
  const bool has_kind = kinds.find(at(1)) != std::string_view::npos && at(1) != '\0';
  const char delimiter = at(has_kind ? 2 : 1);
  if (delimiter <= ' ' || is_name_character(delimiter)) return operation();
  const char kind = has_kind ? at(1) : 'Q';
  position_ += has_kind ? 2 : 1;
  switch (kind) {
    case 'q':
      return string(Token::Literal::string, false);
    case 'Q':
      return string(Token::Literal::string, true);
    case 'x':
      return string(Token::Literal::command, true);
    case 'r':
      return string(Token::Literal::regexp, true);
    case 's':
      return string(Token::Literal::symbol, false);
    default:
      break;
  }
  Token made = words();
  made.literal = kind == 'i' || kind == 'I' ? Token::Literal::symbol : Token::Literal::string;
  const bool special = made.text.find("#{") != std::string::npos || made.text.find('\\') != std::string::npos;
  if (special && (kind == 'W' || kind == 'I')) fail("interpolation in a list of words");
  return made;
}

Token Lexer::words() {
  const char open = code_[position_++];
  const char close = closing(open);
  std::string text;
  for (int nesting = 0;; ++position_) {
    if (done() || at() == Source::text_mark || at() == Source::output_mark)
      fail("a list of words without an end");
    const char c = at();
    if (c == '\\' && position_ + 1 < code_.size()) {
      text += c;
      ++position_;
    } else if (c == close && nesting-- == 0) {
      ++position_;
      return token(Token::Type::words, std::move(text), State::after_operand);
    } else if (c == open && open != close) {
      ++nesting;
    }
    text += at();
  }
}

}  // namespace kamal::erb
