// Method calls with their arguments and blocks, and literals.
#include <algorithm>
#include <array>

#include "erb/parser.h"
#include "erb/text.h"

namespace kamal::erb {
namespace {

StringNode::Kind kind_of(Token::Literal literal) {
  if (literal == Token::Literal::symbol) return StringNode::Kind::symbol;
  return literal == Token::Literal::command ? StringNode::Kind::command : StringNode::Kind::string;
}

}  // namespace

// After a dot.
NodePtr Parser::method_call(NodePtr receiver, CallNode::Safety safety) {
  CallNode call;
  call.receiver = receiver;
  call.safety = safety;
  const Token name = token_;
  if (!name.is(Token::Type::identifier)) unexpected();
  advance();
  call.name = name.text;
  arguments(call);
  return node(name.position, std::move(call));
}

// A name that is a constant, a local variable, or a call.
NodePtr Parser::named(const Token& name) {
  const bool called = token_.is_operation("(") && !token_.space_before;
  if (!called && name.is(Token::Type::constant)) {
    std::string path = name.text;
    while (token_.is_operation("::")) {
      advance();
      if (!token_.is(Token::Type::constant)) unexpected();
      path += "::" + token_.text;
      advance();
    }
    return node(name.position, ConstantNode{path});
  }
  if (!called && is_local(name.text))
    return node(name.position, VariableNode{VariableNode::Kind::local, name.text});
  CallNode call;
  call.name = name.text;
  arguments(call);
  return node(name.position, std::move(call));
}

NodePtr Parser::index(NodePtr receiver) {
  CallNode call;
  const size_t position = token_.position;
  call.receiver = receiver;
  call.name = "[]";
  arguments_until("]", call);
  if (call.block) unexpected();
  return node(position, std::move(call));
}

void Parser::arguments(CallNode& call) {
  if (token_.is_operation("(") && !token_.space_before) {
    arguments_until(")", call);
  } else if (operand_follows()) {
    const Temporarily guard(takes_do_, false);
    const auto level = deeper();
    const size_t position = token_.position;
    HashNode keywords{{}, HashNode::Form::arguments};
    do {
      skip_line_ends();
      argument(call, keywords);
    } while (accept(","));
    if (!keywords.pairs.empty()) call.arguments.push_back(node(position, std::move(keywords)));
  }
  if (token_.is_operation("{"))
    call.block = block("}");
  else if (takes_do_ && token_.is_keyword("do"))
    call.block = block("end");
}

// Of an opening bracket and what follows it, with the closing one.
void Parser::arguments_until(std::string_view end, CallNode& call) {
  const Temporarily guard(takes_do_, true);
  const size_t position = token_.position;
  advance();
  skip_line_ends();
  HashNode keywords{{}, HashNode::Form::arguments};
  while (!token_.is_operation(end)) {
    argument(call, keywords);
    skip_line_ends();
    if (!accept(",")) break;
    skip_line_ends();
  }
  expect(end);
  if (!keywords.pairs.empty()) call.arguments.push_back(node(position, std::move(keywords)));
}

void Parser::argument(CallNode& call, HashNode& keywords) {
  if (label(keywords)) return;
  if (token_.is_operation("&") && token_.prefix) {
    call.block = block_of_method();
    return;
  }
  const NodePtr value = expression();
  if (accept("=>")) {
    skip_line_ends();
    keywords.pairs.emplace_back(value, expression());
    return;
  }
  if (!keywords.pairs.empty()) unexpected();
  call.arguments.push_back(value);
}

// `name: value`
bool Parser::label(HashNode& hash) {
  const Token name = token_;
  if (!name.is(Token::Type::label)) return false;
  advance();
  skip_line_ends();
  const NodePtr key = text_node(name.position, name.text, StringNode::Kind::symbol);
  hash.pairs.emplace_back(key, expression());
  return true;
}

// May the next token be an argument without parentheses?
bool Parser::operand_follows() const {
  if (!token_.space_before) return false;
  constexpr std::array operations = {"-", "[", "&", "!", "("};
  constexpr std::array keywords = {"nil", "true", "false", "not", "defined?", "__FILE__", "__LINE__"};
  switch (token_.type) {
    case Token::Type::number:
    case Token::Type::string:
    case Token::Type::words:
    case Token::Type::identifier:
    case Token::Type::constant:
    case Token::Type::variable:
    case Token::Type::label:
    case Token::Type::symbol:
      return true;
    case Token::Type::keyword:
      return std::find(keywords.begin(), keywords.end(), token_.text) != keywords.end();
    case Token::Type::operation:
      return token_.prefix &&
             std::find(operations.begin(), operations.end(), token_.text) != operations.end();
    default:
      return false;
  }
}

// &:name
const BlockNode* Parser::block_of_method() {
  advance();
  if (!token_.is(Token::Type::symbol)) unexpected();
  BlockNode made;
  made.method = token_.text;
  advance();
  program_.blocks.push_back(std::move(made));
  return &program_.blocks.back();
}

const BlockNode* Parser::block(std::string_view end) {
  const auto level = deeper();
  const Temporarily guard(takes_do_, true);
  const size_t position = token_.position;
  scopes_.emplace_back();
  advance();
  skip_line_ends();
  BlockNode made;
  if (accept("|")) made.parameters = parameters("|");
  if (end == "}") {
    made.body = statements({"}"});
    expect("}");
  } else {
    made.body = body_with_rescue(position);
    expect_end("do", position);
  }
  scopes_.pop_back();
  program_.blocks.push_back(std::move(made));
  return &program_.blocks.back();
}

// To and with `end`.
std::vector<Parameter> Parser::parameters(std::string_view end) {
  const auto level = deeper();
  std::vector<Parameter> list;
  do {
    if (accept("(")) {
      list.push_back({"", parameters(")")});
      continue;
    }
    if (!token_.is(Token::Type::identifier)) unexpected();
    declare(token_.text);
    list.push_back({token_.text});
    advance();
  } while (accept(","));
  expect(end);
  return list;
}

NodePtr Parser::string_literal() {
  const Token opening = token_;
  std::vector<StringPiece> text = pieces(opening);
  const bool regexp = opening.literal == Token::Literal::regexp;
  const std::string options = regexp ? lexer_.take_regexp_options() : "";
  lexer_.operand_ended();
  advance();
  if (regexp) return node(opening.position, RegexpNode{std::move(text), options});
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
    const Temporarily guard(takes_do_, true);
    advance();
    list.emplace_back(statements({"}"}));
    if (!token_.is_operation("}")) unexpected();
  }
}

NodePtr Parser::number() {
  const Token token = token_;
  LiteralNode literal;
  const bool fraction = token.text.find_first_of(".e") != std::string::npos;
  if (const auto integer = whole_integer(token.text))
    literal.value = *integer;
  else if (const auto floating = fraction ? whole_float(token.text) : std::nullopt)
    literal.value = *floating;
  else
    throw NotUnderstood(token.position, "this kind of number");
  advance();
  return node(token.position, literal);
}

NodePtr Parser::words() {
  const Token token = token_;
  ArrayNode list;
  for (std::string_view rest = strip_left(token.text); !rest.empty(); rest = strip_left(rest)) {
    const auto end = static_cast<size_t>(std::find_if(rest.begin(), rest.end(), is_space) - rest.begin());
    list.elements.push_back(
        text_node(token.position, std::string(rest.substr(0, end)), kind_of(token.literal)));
    rest.remove_prefix(end);
  }
  advance();
  return node(token.position, std::move(list));
}

NodePtr Parser::array() {
  const size_t position = token_.position;
  CallNode elements;
  arguments_until("]", elements);
  if (elements.block) unexpected();
  return node(position, ArrayNode{std::move(elements.arguments)});
}

NodePtr Parser::hash() {
  const Temporarily guard(takes_do_, true);
  const size_t position = token_.position;
  advance();
  skip_line_ends();
  HashNode made;
  while (!token_.is_operation("}")) {
    if (!label(made)) {
      const NodePtr key = expression();
      expect("=>");
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
