// Strings, symbols and %-literals.
#include <algorithm>

#include "erb/lexer.h"
#include "erb/source.h"
#include "erb/text.h"

namespace kamal::erb {
namespace {

char closing_of(char open) {
  constexpr std::string_view opens = "([{<", closes = ")]}>";
  const size_t found = opens.find(open);
  return found == std::string_view::npos ? open : closes[found];
}

}  // namespace

// A string, or the key `"name":` of a hash.
Token Lexer::quoted(char quote) {
  const size_t end = code_.find_first_of(std::string{quote, '\\', '#'}, position_ + 1);
  const bool ends = end != std::string_view::npos && code_[end] == quote;
  const bool key = ends && label_may_start_ && quote != '`' && code_.substr(end + 1).starts_with(':') &&
                   !code_.substr(end + 1).starts_with("::");
  if (!key) return string(quote == '`' ? Token::Literal::command : Token::Literal::string, quote != '\'');
  std::string text(code_.substr(position_ + 1, end - position_ - 1));
  position_ = end + 2;
  return token(Token::Type::label, std::move(text), State::begin);
}

Token Lexer::string(Token::Literal literal, bool interpolates) {
  const char open = code_[position_++];
  Token made = token(Token::Type::string, std::string(1, open), State::begin);
  made.literal = literal;
  made.interpolates = interpolates;
  made.close = closing_of(open);
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

std::string Lexer::take_regexp_options() { return std::string(take_while(is_letter)); }

void Lexer::append_escape(std::string& text, const Token& opening) {
  constexpr std::string_view names = "ntrse", values = "\n\t\r \x1b";
  const char c = at(1);
  position_ = std::min(position_ + 2, code_.size());
  if (opening.literal == Token::Literal::regexp) {
    if (c != opening.close) text += '\\';
    text += c;
  } else if (!opening.interpolates) {
    if (c != '\\' && c != opening.close && c != opening.open) text += '\\';
    text += c;
  } else if (const size_t known = names.find(c); known != std::string_view::npos) {
    text += values[known];
  } else {
    if (is_letter(c) || is_digit(c) || c == '\n' || c == '\0') fail("this escape in a string");
    text += c;
  }
}

Token Lexer::symbol() {
  ++position_;
  if (at() == '"') return string(Token::Literal::symbol, true);
  std::string name(take_while(is_name_character));
  if (name.empty() || is_digit(name[0])) fail("this kind of symbol");
  if ((at() == '?' || at() == '!') && at(1) != '=') name += code_[position_++];
  return token(Token::Type::symbol, std::move(name), State::after_operand);
}

// %w[a b], %i[a b], %x(command), %r{regexp}, %q(string), %Q(string) and %(string)
Token Lexer::percent() {
  const char kind = is_letter(at(1)) ? at(1) : 'Q';
  const char delimiter = at(is_letter(at(1)) ? 2 : 1);
  if (is_space(delimiter) || is_name_character(delimiter)) return operation();
  position_ += is_letter(at(1)) ? 2 : 1;
  switch (kind) {
    case 'w':
      return words(Token::Literal::string);
    case 'i':
      return words(Token::Literal::symbol);
    case 'x':
      return string(Token::Literal::command, true);
    case 'r':
      return string(Token::Literal::regexp, true);
    case 'q':
      return string(Token::Literal::string, false);
    case 'Q':
      return string(Token::Literal::string, true);
    default:
      fail("this %-literal");
  }
}

Token Lexer::words(Token::Literal literal) {
  const size_t end = std::min(code_.find(closing_of(at()), position_ + 1), code_.size());
  std::string text(code_.substr(position_ + 1, end - position_ - 1));
  const bool plain = text.find_first_of(std::string{'\\', at(), Source::text_mark, Source::output_mark}) ==
                     std::string::npos;
  if (end == code_.size() || !plain) fail("this list of words");
  position_ = end + 1;
  Token made = token(Token::Type::words, std::move(text), State::after_operand);
  made.literal = literal;
  return made;
}

}  // namespace kamal::erb
