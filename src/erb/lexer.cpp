#include "erb/lexer.h"

#include <algorithm>
#include <array>

#include "erb/source.h"
#include "kamal/support/strings.h"

namespace kamal::erb {
namespace {

bool is_blank(char c) { return c == ' ' || c == '\t' || c == '\r' || c == '\n' || c == '\0'; }
bool starts_name(char c) { return is_letter(c) || c == '_' || (c & 0x80) != 0; }
bool in_name(char c) { return starts_name(c) || is_digit(c); }
bool is_upper(char c) { return c >= 'A' && c <= 'Z'; }

constexpr std::array keywords = {
    "BEGIN",  "END",  "__FILE__", "__LINE__", "alias",  "and",    "begin",  "break", "case",   "class",
    "def",    "do",   "else",     "elsif",    "end",    "ensure", "false",  "for",   "if",     "in",
    "module", "next", "nil",      "not",      "or",     "redo",   "rescue", "retry", "return", "self",
    "super",  "then", "true",     "undef",    "unless", "until",  "when",   "while", "yield",  "defined?"};
constexpr std::array operand_keywords = {"end",      "self",     "true", "false", "nil",
                                         "__FILE__", "__LINE__", "redo", "retry"};
constexpr std::array argument_keywords = {"return", "break", "next", "super", "yield"};

// The longest first.
constexpr std::array<std::string_view, 53> operations = {
    "**=", "<=>", "===", "...", "<<=", ">>=", "&&=", "||=", "&.", "**", "==", "!=", ">=", "<=",
    "&&",  "||",  "=~",  "!~",  "..",  "::",  "+=",  "-=",  "*=", "/=", "%=", "|=", "&=", "^=",
    "<<",  ">>",  "->",  "=>",  "+",   "-",   "*",   "/",   "%",  "=",  "<",  ">",  "!",  "&",
    "|",   "^",   "~",   "?",   ":",   ",",   ".",   "(",   ")",  "[",  "]"};

template <class List>
bool has(const List& list, std::string_view word) {
  return std::find(list.begin(), list.end(), word) != list.end();
}

}  // namespace

Token Lexer::token(Token::Type type, std::string text, State after) {
  Token made;
  made.type = type;
  made.text = std::move(text);
  made.position = start_;
  made.space_before = space_before_;
  // One line end is as good as many.
  may_skip_line_ends_ =
      type == Token::Type::line_end || (type == Token::Type::operation && after != State::after_operand);
  state_ = after;
  return made;
}

void Lexer::fail(const std::string& why) const { throw NotUnderstood(position_, why); }

std::string_view Lexer::take_while(bool (*wanted)(char)) {
  const size_t start = position_;
  while (!done() && wanted(at())) ++position_;
  return code_.substr(start, position_ - start);
}

// Blanks, comments, and line ends inside of an expression.
void Lexer::skip_blanks() {
  while (!done()) {
    const char c = at();
    if (c == '\n' && (may_skip_line_ends_ || line_goes_on()))
      skip_line_end();
    else if (c == '\\' && at(1) == '\n')
      position_ += 2;
    else if (c == '\\' && at(1) == '\r' && at(2) == '\n')
      position_ += 3;
    else if (c == ' ' || c == '\t' || c == '\r')
      ++position_;
    else if (c == '#')
      position_ = std::min(code_.find('\n', position_), code_.size());
    else
      return;
    space_before_ = true;
  }
}

void Lexer::skip_line_end() {
  ++position_;
  if (code_.substr(position_, 6) == "=begin") fail("=begin comments");
}

// Does the next line with something on it start with a .method?
bool Lexer::line_goes_on() const {
  size_t next = position_;
  while (next < code_.size()) {
    if (code_[next] == '#')
      next = std::min(code_.find('\n', next), code_.size());
    else if (is_blank(code_[next]))
      ++next;
    else
      break;
  }
  const std::string_view rest = code_.substr(std::min(next, code_.size()));
  return rest.starts_with("&.") || (rest.starts_with(".") && !rest.starts_with(".."));
}

Token Lexer::next() {
  space_before_ = false;
  skip_blanks();
  start_ = position_;
  if (done()) return token(Token::Type::end_of_code, "the end", State::begin);
  const char c = at();
  if (c == '\n') {
    skip_line_end();
    return token(Token::Type::line_end, "the end of the line", State::begin);
  }
  if (c == ';') {
    ++position_;
    return token(Token::Type::line_end, ";", State::begin);
  }
  if (c == Source::text_mark || c == Source::output_mark) return marked();
  if (state_ == State::name) return method_name();
  return operand_or_operation(c);
}

Token Lexer::operand_or_operation(char first) {
  if (is_digit(first)) return number();
  if (starts_name(first)) return name();
  switch (first) {
    case '@':
    case '$':
      return variable();
    case '"':
      return string(Token::Literal::string, true);
    case '\'':
      return string(Token::Literal::string, false);
    case '`':
      return string(Token::Literal::command, true);
    case ':':
      return colon();
    case '%':
      return percent();
    case '/':
      if (operand_may_start()) return string(Token::Literal::regexp, true);
      break;
    default:
      break;
  }
  return operation();
}

// For characters that stand for an operator as well.
bool Lexer::operand_may_start() const {
  if (state_ == State::begin) return true;
  return state_ == State::after_name && space_before_ && !is_blank(at(1)) && at(1) != '=';
}

Token Lexer::marked() {
  const bool is_text = code_[position_++] == Source::text_mark;
  if (!is_text) return token(Token::Type::output, "<%=", State::begin);
  return token(Token::Type::text, std::string(take_while(is_digit)), State::begin);
}

Token Lexer::number() {
  const bool based = at() == '0' && (starts_name(at(1)) || is_digit(at(1)) || at(1) == '_');
  const auto in_number = [](char c) { return in_name(c); };
  std::string text(take_while(in_number));
  bool floating = false;
  if (!based && at() == '.' && is_digit(at(1))) {
    floating = true;
    ++position_;
    text += '.';
    text += take_while(in_number);
  }
  if (!based && (text.back() == 'e' || text.back() == 'E') && (at() == '-' || at() == '+') &&
      is_digit(at(1))) {
    text += code_[position_++];
    text += take_while(is_digit);
  }
  if (!based && text.find_first_of("eE") != std::string::npos) floating = true;
  return token(floating ? Token::Type::floating : Token::Type::integer, std::move(text),
               State::after_operand);
}

Token Lexer::name() {
  std::string text(take_while(in_name));
  const bool asks =
      (at() == '?' || at() == '!') && (at(1) != '=' || at(2) == '=' || at(2) == '~' || at(2) == '>');
  if (asks) text += code_[position_++];
  if (at() == ':' && at(1) != ':' && state_ != State::after_operand) {
    ++position_;
    return token(Token::Type::label, std::move(text), State::begin);
  }
  if (has(operand_keywords, text)) return token(Token::Type::keyword, std::move(text), State::after_operand);
  if (has(argument_keywords, text)) return token(Token::Type::keyword, std::move(text), State::after_name);
  if (has(keywords, text)) {
    return token(Token::Type::keyword, std::move(text), State::begin);
  }
  if (is_upper(text[0])) return token(Token::Type::constant, std::move(text), State::after_operand);
  const State after = is_local_(text) ? State::after_operand : State::after_name;
  return token(Token::Type::identifier, std::move(text), after);
}

// After a dot, where keywords are names, too.
Token Lexer::method_name() {
  if (!starts_name(at())) fail("this kind of method name");
  std::string text(take_while(in_name));
  const bool asks =
      (at() == '?' || at() == '!') && (at(1) != '=' || at(2) == '=' || at(2) == '~' || at(2) == '>');
  if (asks) text += code_[position_++];
  const bool constant = is_upper(text[0]) && !asks;
  return token(constant ? Token::Type::constant : Token::Type::identifier, std::move(text),
               constant ? State::after_operand : State::after_name);
}

Token Lexer::variable() {
  const size_t start = position_++;
  if (code_[start] == '$' && !starts_name(at())) {
    if (is_digit(at()))
      take_while(is_digit);
    else if (!done())
      ++position_;
  } else {
    if (!starts_name(at())) fail("this kind of variable");
    take_while(in_name);
  }
  const size_t end = std::min(position_, code_.size());
  return token(Token::Type::variable, std::string(code_.substr(start, end - start)), State::after_operand);
}

Token Lexer::operation() {
  const std::string_view rest = code_.substr(position_);
  std::string_view text = rest.substr(0, 1);
  if (const auto* known = std::find_if(operations.begin(), operations.end(),
                                       [&](std::string_view one) { return rest.starts_with(one); });
      known != operations.end()) {
    text = *known;
  } else if (text != "{" && text != "}") {
    fail("an unexpected character");
  }
  const bool argument = state_ == State::after_name && space_before_;
  const bool followed = text.size() < rest.size() && !is_blank(rest[text.size()]);
  const bool prefix = state_ == State::begin || (argument && (followed || text == "["));
  position_ += text.size();
  State after = State::begin;
  if (text == ")" || text == "]" || text == "}") after = State::after_operand;
  if (text == "." || text == "&." || (text == "::" && !prefix)) after = State::name;
  Token made = token(Token::Type::operation, std::string(text), after);
  made.prefix = prefix;
  return made;
}

}  // namespace kamal::erb
