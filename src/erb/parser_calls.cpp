// Method calls, their arguments and their blocks.
#include <algorithm>
#include <array>

#include "erb/parser.h"

namespace kamal::erb {

// After a dot.
NodePtr Parser::method_call(NodePtr receiver, CallNode::Safety safety) {
  CallNode call;
  call.receiver = receiver;
  call.safety = safety;
  const Token name = token_;
  if (!name.is(Token::Type::identifier) && !name.is(Token::Type::constant)) unexpected();
  advance();
  call.name = name.text;
  arguments(call);
  return node(name.position, std::move(call));
}

// A name that is a local variable, or a call.
NodePtr Parser::named(const Token& name) {
  const bool called = token_.is_operation("(") && !token_.space_before;
  if (!called && is_local(name.text))
    return node(name.position, VariableNode{VariableNode::Kind::local, name.text});
  const bool implicit = name.text == "it" || name.text == "_1";
  if (implicit && !called && !scopes_.back().has_parameters && !operand_follows()) {
    scopes_.back().implicit_parameter = name.text;
    return node(name.position, VariableNode{VariableNode::Kind::local, name.text});
  }
  CallNode call;
  call.name = name.text;
  arguments(call);
  return node(name.position, std::move(call));
}

void Parser::arguments(CallNode& call) {
  if (token_.is_operation("(") && !token_.space_before)
    parenthesised_arguments(call);
  else if (operand_follows())
    command_arguments(call);
  block(call);
}

NodePtr Parser::index(NodePtr receiver) {
  const DoGuard guard(*this, true);
  CallNode call;
  const size_t position = token_.position;
  call.receiver = receiver;
  call.name = "[]";
  advance();
  skip_line_ends();
  HashNode keywords;
  while (!token_.is_operation("]")) {
    argument(call, keywords);
    skip_line_ends();
    if (!accept(",")) break;
    skip_line_ends();
  }
  expect("]");
  if (!keywords.pairs.empty() || call.block_argument != nullptr) unexpected();
  return node(position, std::move(call));
}

void Parser::parenthesised_arguments(CallNode& call) {
  const DoGuard guard(*this, true);
  const size_t position = token_.position;
  advance();
  skip_line_ends();
  HashNode keywords;
  keywords.form = HashNode::Form::arguments;
  while (!token_.is_operation(")")) {
    argument(call, keywords);
    skip_line_ends();
    if (!accept(",")) break;
    skip_line_ends();
  }
  expect(")");
  if (!keywords.pairs.empty())
    call.arguments.push_back({node(position, std::move(keywords)), Element::Kind::plain});
}

void Parser::command_arguments(CallNode& call) {
  const DoGuard guard(*this, false);
  const NestingGuard nesting(*this);
  const size_t position = token_.position;
  HashNode keywords;
  keywords.form = HashNode::Form::arguments;
  do {
    skip_line_ends();
    argument(call, keywords);
  } while (accept(","));
  if (!keywords.pairs.empty())
    call.arguments.push_back({node(position, std::move(keywords)), Element::Kind::plain});
}

void Parser::argument(CallNode& call, HashNode& keywords) {
  if (pair(keywords)) return;
  if (token_.is_operation("&") && token_.prefix) {
    advance();
    call.block_argument = expression();
    return;
  }
  const bool splat = token_.is_operation("*") && token_.prefix;
  if (splat) advance();
  const size_t position = token_.position;
  const NodePtr value = expression();
  if (took_key_ || token_.is_operation("=>")) {
    if (!std::exchange(took_key_, false)) advance();
    skip_line_ends();
    keywords.pairs.emplace_back(value, expression());
    return;
  }
  if (!keywords.pairs.empty()) throw NotUnderstood(position, "an argument after keywords");
  call.arguments.push_back({value, splat ? Element::Kind::splat : Element::Kind::plain});
}

// `name: value` or **value.
bool Parser::pair(HashNode& hash) {
  const Token first = token_;
  key_position_ = first.position;
  if (first.is_operation("**") && first.prefix) {
    advance();
    hash.pairs.emplace_back(nullptr, expression());
    return true;
  }
  if (!first.is(Token::Type::label)) return false;
  advance();
  const NodePtr key = text_node(first.position, first.text, StringNode::Kind::symbol);
  if (token_.is_operation(",") || token_.is_operation("}") || token_.is_operation(")")) {
    if (!is_local(first.text)) unexpected();
    hash.pairs.emplace_back(key, node(first.position, VariableNode{VariableNode::Kind::local, first.text}));
    return true;
  }
  skip_line_ends();
  hash.pairs.emplace_back(key, expression());
  return true;
}

// May the next token be an argument without parentheses?
bool Parser::operand_follows() const {
  if (!token_.space_before) return false;
  constexpr std::array operations = {"-", "[", "*", "&", "**", "!", "::", "(", "+", "~"};
  constexpr std::array keywords = {"nil", "true", "false", "not", "defined?", "__FILE__", "__LINE__", "case"};
  switch (token_.type) {
    case Token::Type::integer:
    case Token::Type::floating:
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

void Parser::block(CallNode& call) {
  if (token_.is_operation("{"))
    call.block = block_body("}");
  else if (takes_do_ && token_.is_keyword("do"))
    call.block = block_body("end");
}

const BlockNode* Parser::block_body(std::string_view end) {
  const NestingGuard nesting(*this);
  const DoGuard guard(*this, true);
  const size_t position = token_.position;
  scopes_.push_back({{}, false});
  advance();
  skip_line_ends();
  BlockNode made;
  if (accept("||")) {
    scopes_.back().has_parameters = true;
  } else if (accept("|")) {
    scopes_.back().has_parameters = true;
    made.parameters = parameters("|");
  }
  if (end == "}") {
    made.body = statements({"}"});
    expect("}");
  } else {
    made.body = body_with_rescue(position);
    expect_keyword("end", "do", position);
  }
  if (const std::string& name = scopes_.back().implicit_parameter; !name.empty())
    made.parameters.push_back({name});
  scopes_.pop_back();
  program_.blocks.push_back(std::move(made));
  return &program_.blocks.back();
}

// To and with `end`.
std::vector<Parameter> Parser::parameters(std::string_view end) {
  std::vector<Parameter> list;
  skip_line_ends();
  while (!token_.is_operation(end)) {
    list.push_back(parameter());
    skip_line_ends();
    if (!accept(",")) break;
    skip_line_ends();
  }
  expect(end);
  return list;
}

Parameter Parser::parameter() {
  const NestingGuard guard(*this);
  if (accept("(")) return {"", parameters(")")};
  if (!token_.is(Token::Type::identifier)) unexpected();
  Parameter made{token_.text};
  declare(made.name);
  advance();
  return made;
}

}  // namespace kamal::erb
