// Strings, numbers, lists and hashes.
#include <utility>

#include "erb/parser.h"
#include "erb/text.h"

namespace kamal::erb {
namespace {

StringNode::Kind kind_of(Token::Literal literal) {
  if (literal == Token::Literal::symbol) return StringNode::Kind::symbol;
  return literal == Token::Literal::command ? StringNode::Kind::command : StringNode::Kind::string;
}

}  // namespace

NodePtr Parser::string_literal() {
  const Token opening = token_;
  const bool may_be_key = opening.position == key_position_ && opening.literal == Token::Literal::string;
  std::vector<StringPiece> text = pieces(opening);
  if (opening.literal == Token::Literal::regexp) {
    RegexpNode made{std::move(text), lexer_.take_regexp_options()};
    lexer_.operand_ended();
    advance();
    return node(opening.position, std::move(made));
  }
  if (may_be_key && lexer_.take_label_colon()) {
    took_key_ = true;
    advance();
    return node(opening.position, StringNode{StringNode::Kind::symbol, std::move(text)});
  }
  lexer_.operand_ended();
  advance();
  while (opening.literal == Token::Literal::string && token_.is(Token::Type::string) &&
         token_.literal == Token::Literal::string) {
    for (StringPiece& piece : pieces(token_)) text.push_back(std::move(piece));
    lexer_.operand_ended();
    advance();
  }
  return node(opening.position, StringNode{kind_of(opening.literal), std::move(text)});
}

// Of the string whose opening was read, to its end.
std::vector<StringPiece> Parser::pieces(const Token& opening) {
  std::vector<StringPiece> list;
  int nesting = 0;
  while (true) {
    StringPart part = lexer_.string_piece(opening, nesting);
    if (!part.text.empty()) list.emplace_back(std::move(part.text));
    if (part.end == StringPart::End::string) return list;
    const DoGuard guard(*this, true);
    advance();
    list.emplace_back(statements({"}"}));
    if (!token_.is_operation("}")) unexpected();
  }
}

NodePtr Parser::integer(const Token& token) {
  int64_t value = 0;
  if (!parse_integer(token.text, 10, value)) throw NotUnderstood(token.position, "this kind of number");
  advance();
  return node(token.position, LiteralNode{value});
}

NodePtr Parser::floating(const Token& token) {
  double value = 0;
  if (!parse_float(token.text, value)) throw NotUnderstood(token.position, "this kind of number");
  advance();
  return node(token.position, LiteralNode{value});
}

NodePtr Parser::words(const Token& token) {
  const auto kind = kind_of(token.literal);
  ArrayNode list;
  std::string word;
  const auto finish = [&] {
    if (!word.empty()) list.elements.push_back({text_node(token.position, word, kind), Element::Kind::plain});
    word.clear();
  };
  for (size_t i = 0; i < token.text.size(); ++i) {
    const char c = token.text[i];
    const char next = i + 1 < token.text.size() ? token.text[i + 1] : '\0';
    if (c == '\\' && std::string_view(" \t\n\\[](){}<>").find(next) != std::string_view::npos &&
        next != '\0') {
      word += next;
      ++i;
    } else if (c == ' ' || c == '\n' || c == '\t' || c == '\r') {
      finish();
    } else {
      word += c;
    }
  }
  finish();
  advance();
  return node(token.position, std::move(list));
}

NodePtr Parser::array() {
  const DoGuard guard(*this, true);
  const size_t position = token_.position;
  advance();
  skip_line_ends();
  CallNode elements;
  HashNode pairs;
  while (!token_.is_operation("]")) {
    argument(elements, pairs);
    skip_line_ends();
    if (!accept(",")) break;
    skip_line_ends();
  }
  expect("]");
  if (elements.block_argument != nullptr) unexpected();
  if (!pairs.pairs.empty())
    elements.arguments.push_back({node(position, std::move(pairs)), Element::Kind::plain});
  return node(position, ArrayNode{std::move(elements.arguments)});
}

NodePtr Parser::hash() {
  const DoGuard guard(*this, true);
  const size_t position = token_.position;
  advance();
  skip_line_ends();
  HashNode made;
  while (!token_.is_operation("}")) {
    if (!pair(made)) {
      const NodePtr key = expression();
      if (!std::exchange(took_key_, false)) expect("=>");
      skip_line_ends();
      made.pairs.emplace_back(key, expression());
    }
    skip_line_ends();
    if (!accept(",")) break;
    skip_line_ends();
  }
  expect("}");
  return node(position, std::move(made));
}

}  // namespace kamal::erb
