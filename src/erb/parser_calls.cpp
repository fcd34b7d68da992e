// Method calls, their arguments and their blocks.
#include <algorithm>
#include <array>

#include "erb/not_understood.h"
#include "erb/parser.h"

namespace kamal::erb {

// Behind a dot.
NodePtr Parser::method_call(NodePtr receiver, CallNode::Safety safety) {
  CallNode call;
  call.receiver = receiver;
  call.safety = safety;
  const Token name = token_;
  if (name.is_operation("(")) {
    call.name = "call";
    parenthesised_arguments(call);
    block(call);
    return node(name.position, std::move(call));
  }
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
  const bool implicit = name.text == "it" || name.text == "_1" || name.text == "_2";
  if (Scope& scope = scopes_.back(); implicit && !called && !scope.has_parameters && !operand_follows()) {
    scope.implicit_parameters = std::max(scope.implicit_parameters, name.text == "_2" ? 2 : 1);
    if (name.text == "it") scope.implicit_name = "it";
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
  if (!keywords.pairs.empty()) throw NotUnderstood(position, "an argument behind keywords");
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
  constexpr std::array operations = {"-", "[", "*", "&", "**", "->", "!", "::", "(", "+", "~"};
  constexpr std::array keywords = {"nil", "true", "false", "not", "defined?", "__FILE__", "__LINE__", "case"};
  switch (token_.type) {
    case Token::Type::integer:
    case Token::Type::floating:
    case Token::Type::string:
    case Token::Type::heredoc:
    case Token::Type::character:
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
  scopes_.push_back({{}, Scope::Kind::open, false, 0, ""});
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
  const Scope& scope = scopes_.back();
  for (int i = 1; i <= scope.implicit_parameters; ++i) {
    const std::string name = scope.implicit_name.empty() ? "_" + std::to_string(i) : scope.implicit_name;
    made.parameters.push_back({name, Parameter::Kind::plain, nullptr, {}});
  }
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
  Parameter made;
  if (accept("(")) {
    made.kind = Parameter::Kind::nested;
    made.nested = parameters(")");
    return made;
  }
  if (accept("*")) made.kind = Parameter::Kind::splat;
  if (!token_.is(Token::Type::identifier)) {
    if (made.kind == Parameter::Kind::splat) return made;
    unexpected();
  }
  made.name = token_.text;
  declare(made.name);
  advance();
  if (accept("=")) made.fallback = postfix();
  return made;
}

NodePtr Parser::lambda() {
  const size_t position = token_.position;
  advance();
  scopes_.push_back({{}, Scope::Kind::open, true, 0, ""});
  LambdaNode made;
  if (accept("(")) {
    made.block.parameters = parameters(")");
  } else {
    while (token_.is(Token::Type::identifier)) {
      made.block.parameters.push_back(parameter());
      if (!accept(",")) break;
    }
  }
  const DoGuard guard(*this, true);
  if (accept("{")) {
    made.block.body = statements({"}"});
    expect("}");
  } else if (accept_keyword("do")) {
    made.block.body = body_with_rescue(position);
    expect_keyword("end", "do", position);
  } else {
    unexpected();
  }
  scopes_.pop_back();
  return node(position, std::move(made));
}

}  // namespace kamal::erb
