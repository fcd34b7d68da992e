// Tokens: words, operators (Reader) and literals.
#include <algorithm>
#include <array>

#include "erb/parser.h"
#include "erb/text.h"

namespace kamal::erb {
namespace {

// Longest first.
constexpr std::array<std::string_view, 44> operations = {
    "<=>", "===", "...", "&&=", "||=", "&.", "==", "!=", ">=", "<=", "&&", "||", "=~", "!~", "..",
    "::",  "+=",  "-=",  "*=",  "/=",  "%=", "<<", "=>", "+",  "-",  "*",  "/",  "%",  "=",  "<",
    ">",   "!",   "&",   "|",   "?",   ":",  ",",  ".",  "(",  "[",  "{",  ")",  "]",  "}"};

// Whether the next non-blank line starts with .method.
bool goes_on(std::string_view rest) {
  rest = strip_left(rest);
  return rest.starts_with("&.") || (rest.starts_with(".") && !rest.starts_with(".."));
}

char closing_of(char open) {
  constexpr std::string_view opens = "([{<", closes = ")]}>";
  const size_t found = opens.find(open);
  return found == std::string_view::npos ? open : closes[found];
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

// `over` decides whether to skip a line end, given the code from there on.
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

// It may have a sign.
Node* Parser::number() {
  const size_t position = code_.position();
  std::string text(1, code_.take());
  const auto is_part = [&](char c) {
    return is_name_character(c) || (c == '.' && is_digit(code_.peek(1))) ||
           (is_one_of(c, "+-") && text.ends_with('e'));
  };
  while (is_part(code_.peek())) text += code_.take();
  if (const auto integer = whole_integer(text)) return node(position, LiteralNode{*integer});
  const bool fraction = text.find_first_of(".e") != std::string::npos;
  const auto floating = fraction ? whole_float(text) : std::nullopt;
  if (!floating) throw NotUnderstood(position, "this kind of number");
  return node(position, LiteralNode{*floating});
}

Node* Parser::quoted() {
  const char quote = code_.peek();
  return string(quote == '`' ? StringNode::Kind::command : StringNode::Kind::string, quote != '\'');
}

Node* Parser::string(StringNode::Kind kind, bool interpolates) {
  const size_t position = code_.position();
  std::vector<StringPiece> text = pieces(interpolates);
  return node(position, StringNode{kind, std::move(text)});
}

Node* Parser::regexp() {
  const size_t position = code_.position();
  std::vector<StringPiece> text = pieces(true, true);
  return node(position, RegexpNode{std::move(text), std::string(code_.take_while(is_letter))});
}

Node* Parser::symbol() {
  const size_t position = code_.position();
  code_.take();
  if (code_.peek() == '"') return string(StringNode::Kind::symbol, true);
  const std::string name(code_.take(code_.word().size()));
  if (name.empty()) unexpected();
  return text_node(position, name, StringNode::Kind::symbol);
}

// %w[a b], %i[a b], %x(command), %r{regexp}, %q(string), %Q(string) and %(string)
Node* Parser::percent_literal() {
  code_.take();
  const char kind = is_letter(code_.peek()) ? code_.take() : 'Q';
  if (is_space(code_.peek()) || is_name_character(code_.peek())) unexpected();
  switch (kind) {
    case 'w':
      return words(StringNode::Kind::string);
    case 'i':
      return words(StringNode::Kind::symbol);
    case 'x':
      return string(StringNode::Kind::command, true);
    case 'r':
      return regexp();
    case 'q':
    case 'Q':
      return string(StringNode::Kind::string, kind == 'Q');
    default:
      fail("this %-literal");
  }
}

// From the opening delimiter to the closing one, which may be nested if they differ.
std::vector<StringPiece> Parser::pieces(bool interpolates, bool is_regexp) {
  const size_t position = code_.position();
  const char open = code_.take(), close = closing_of(open);
  std::vector<StringPiece> list;
  std::string text;
  const auto finish = [&] {
    if (!text.empty()) list.emplace_back(std::exchange(text, ""));
  };
  for (int nesting = 0; code_.peek() != close || nesting > 0;) {
    const char c = code_.peek(), next = code_.peek(1);
    if (code_.done()) throw NotUnderstood(position, "unterminated string");
    if (c == Source::text_mark || c == Source::output_mark) fail("a string across tags");
    if (c == '\\') {
      escape(text, close, interpolates, is_regexp);
    } else if (c == '#' && interpolates && (next == '@' || next == '$')) {
      fail("interpolation without braces");
    } else if (c == '#' && interpolates && next == '{') {
      finish();
      code_.take(2);
      const Temporarily guard(takes_do_, true);
      list.emplace_back(statements({"}"}));
      expect("}");
    } else {
      if (open != close) nesting += c == open ? 1 : c == close ? -1 : 0;
      text += code_.take();
    }
  }
  code_.take();
  finish();
  return list;
}

void Parser::escape(std::string& text, char close, bool interpolates, bool is_regexp) {
  constexpr std::string_view names = "ntrse", values = "\n\t\r \x1b";
  code_.take();
  const char c = code_.take();
  if (is_regexp) {
    if (c != close) text += '\\';
    text += c;
  } else if (!interpolates) {
    if (c != '\\' && closing_of(c) != close) text += '\\';
    text += c;
  } else if (const size_t known = names.find(c); known != std::string_view::npos) {
    text += values[known];
  } else {
    if (is_letter(c) || is_digit(c) || c == '\n' || c == '\0') fail("this escape in a string");
    text += c;
  }
}

Node* Parser::words(StringNode::Kind kind) {
  const size_t position = code_.position();
  const std::vector<StringPiece> text = pieces(false);
  ArrayNode list;
  std::string_view rest;
  if (!text.empty()) rest = std::get<std::string>(text[0]);
  if (rest.find('\\') != std::string_view::npos) fail("a backslash in a word list");
  for (rest = strip_left(rest); !rest.empty(); rest = strip_left(rest)) {
    const auto end = static_cast<size_t>(std::ranges::find_if(rest, is_space) - rest.begin());
    list.elements.push_back(text_node(position, std::string(rest.substr(0, end)), kind));
    rest.remove_prefix(end);
  }
  return node(position, std::move(list));
}

Node* Parser::array() {
  const size_t position = code_.position();
  CallNode elements;
  arguments_in_brackets(elements, "]");
  if (elements.block) unexpected();
  return node(position, ArrayNode{std::move(elements.arguments)});
}

Node* Parser::hash() {
  const size_t position = code_.position();
  code_.take();
  CallNode others;
  HashNode made = argument_list(others, "}");
  if (!others.arguments.empty() || others.block) unexpected();
  expect("}");
  made.form = HashNode::Form::braces;
  return node(position, std::move(made));
}

}  // namespace kamal::erb
