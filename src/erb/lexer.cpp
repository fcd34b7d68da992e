#include "erb/lexer.h"

#include <algorithm>
#include <array>

#include "erb/source.h"
#include "erb/text.h"

namespace kamal::erb {
namespace {

bool starts_name(char c) { return is_name_character(c) && !is_digit(c); }
bool is_upper(char c) { return c >= 'A' && c <= 'Z'; }

constexpr std::array keywords = {
    "BEGIN",  "END",  "__FILE__", "__LINE__", "alias",  "and",    "begin",  "break", "case",   "class",
    "def",    "do",   "else",     "elsif",    "end",    "ensure", "false",  "for",   "if",     "in",
    "module", "next", "nil",      "not",      "or",     "redo",   "rescue", "retry", "return", "self",
    "super",  "then", "true",     "undef",    "unless", "until",  "when",   "while", "yield",  "defined?"};
constexpr std::array operand_keywords = {"end", "true", "false", "nil", "__FILE__", "__LINE__"};

// The longest first.
constexpr std::array<std::string_view, 40> operations = {
    "<=>", "===", "...", "&&=", "||=", "&.", "==", "!=", ">=", "<=", "&&", "||", "=~", "!~",
    "..",  "::",  "+=",  "-=",  "*=",  "/=", "%=", "<<", "=>", "+",  "-",  "*",  "/",  "%",
    "=",   "<",   ">",   "!",   "&",   "|",  "?",  ":",  ",",  ".",  "(",  "["};
constexpr std::string_view closing = ")]}";

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
  const bool operation = type == Token::Type::operation;
  may_skip_line_ends_ = type == Token::Type::line_end || (operation && after != State::after_operand);
  label_may_start_ = operation && (made.text == "{" || made.text == "(" || made.text == ",");
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
    if (c == '#')
      position_ = std::min(code_.find('\n', position_), code_.size());
    else if (c == ' ' || c == '\t' || c == '\r' || (c == '\n' && (may_skip_line_ends_ || line_goes_on())))
      ++position_;
    else
      return;
    space_before_ = true;
  }
}

// Does the next line with something on it start with a .method?
bool Lexer::line_goes_on() const {
  const std::string_view rest = strip_left(code_.substr(position_));
  return rest.starts_with("&.") || (rest.starts_with(".") && !rest.starts_with(".."));
}

Token Lexer::next() {
  space_before_ = false;
  skip_blanks();
  start_ = position_;
  if (done()) return token(Token::Type::end_of_code, "the end", State::begin);
  const char c = at();
  if (c == '\n' || c == ';') {
    ++position_;
    return token(Token::Type::line_end, c == ';' ? ";" : "the end of the line", State::begin);
  }
  if (c == Source::text_mark || c == Source::output_mark) return marked();
  if (state_ == State::name) return method_name();
  if (is_digit(c)) return number();
  if (starts_name(c)) return name();
  if (c == '@' || c == '$') return variable();
  if (c == '"' || c == '\'' || c == '`') return quoted(c);
  const bool symbol_starts = c == ':' && state_ != State::after_operand && !is_space(at(1)) && at(1) != ':';
  if (symbol_starts) return symbol();
  if (c == '%' && operand_may_start()) return percent();
  if (c == '/' && operand_may_start()) return string(Token::Literal::regexp, true);
  return operation();
}

// For characters that stand for an operator as well.
bool Lexer::operand_may_start() const {
  if (state_ == State::begin) return true;
  return state_ == State::after_name && space_before_ && !is_space(at(1)) && at(1) != '=';
}

Token Lexer::marked() {
  const bool is_text = code_[position_++] == Source::text_mark;
  if (!is_text) return token(Token::Type::output, "<%=", State::begin);
  return token(Token::Type::text, std::string(take_while(is_digit)), State::begin);
}

Token Lexer::number() {
  std::string text(take_while(is_name_character));
  const auto take_more = [&] {
    text += code_[position_++];
    text += take_while(is_name_character);
  };
  if (at() == '.' && is_digit(at(1))) take_more();
  if (text.ends_with('e') && (at() == '-' || at() == '+')) take_more();
  return token(Token::Type::number, std::move(text), State::after_operand);
}

std::string Lexer::take_name() {
  std::string text(take_while(is_name_character));
  const bool asks =
      (at() == '?' || at() == '!') && (at(1) != '=' || at(2) == '=' || at(2) == '~' || at(2) == '>');
  if (asks) text += code_[position_++];
  return text;
}

Token Lexer::name() {
  std::string text = take_name();
  if (at() == ':' && at(1) != ':' && state_ != State::after_operand) {
    ++position_;
    return token(Token::Type::label, std::move(text), State::begin);
  }
  if (has(keywords, text)) {
    const State after = has(operand_keywords, text) ? State::after_operand
                        : text == "next"            ? State::after_name
                                                    : State::begin;
    return token(Token::Type::keyword, std::move(text), after);
  }
  if (is_upper(text[0])) return token(Token::Type::constant, std::move(text), State::after_operand);
  const State after = is_local_(text) ? State::after_operand : State::after_name;
  return token(Token::Type::identifier, std::move(text), after);
}

// After a dot, where keywords are names, too.
Token Lexer::method_name() {
  if (!starts_name(at())) fail("this kind of method name");
  std::string text = take_name();
  if (is_upper(text[0])) return token(Token::Type::constant, std::move(text), State::after_operand);
  return token(Token::Type::identifier, std::move(text), State::after_name);
}

Token Lexer::variable() {
  const char sign = code_[position_++];
  std::string name(take_while(is_name_character));
  if (name.empty() && sign == '$' && !done()) name = code_[position_++];
  if (name.empty() || (sign == '@' && is_digit(name[0]))) fail("this kind of variable");
  return token(Token::Type::variable, sign + name, State::after_operand);
}

Token Lexer::operation() {
  const std::string_view rest = code_.substr(position_);
  if (closing.find(rest[0]) != std::string_view::npos) {
    ++position_;
    return token(Token::Type::operation, std::string(1, rest[0]), State::after_operand);
  }
  const auto* const known = std::find_if(operations.begin(), operations.end(),
                                         [&](std::string_view one) { return rest.starts_with(one); });
  if (known == operations.end() && rest[0] != '{') fail("an unexpected character");
  const std::string_view text = known == operations.end() ? "{" : *known;
  const bool argument = state_ == State::after_name && space_before_;
  const bool followed = text.size() < rest.size() && !is_space(rest[text.size()]);
  const bool prefix = state_ == State::begin || (argument && (followed || text == "["));
  position_ += text.size();
  const bool name_follows = text == "." || text == "&." || (text == "::" && !prefix);
  Token made = token(Token::Type::operation, std::string(text), name_follows ? State::name : State::begin);
  made.prefix = prefix;
  return made;
}

}  // namespace kamal::erb
