// Operators, assignments and what they work on.
#include <algorithm>
#include <array>
#include <utility>

#include "erb/parser.h"

namespace kamal::erb {
namespace {

struct Precedence {
  std::string_view operation;
  int level;
};

constexpr Precedence binary_operations[] = {
    {"||", 1}, {"&&", 2}, {"<=>", 3}, {"==", 3}, {"===", 3}, {"!=", 3}, {"=~", 3},
    {"!~", 3}, {"<", 4},  {"<=", 4},  {">", 4},  {">=", 4},  {"|", 5},  {"^", 5},
    {"&", 6},  {"<<", 7}, {"+", 8},   {"-", 8},  {"*", 9},   {"/", 9},  {"%", 9}};

int precedence_of(const Token& token) {
  if (!token.is(Token::Type::operation) || token.prefix) return 0;
  for (const Precedence& one : binary_operations) {
    if (one.operation == token.text) return one.level;
  }
  return 0;
}

constexpr std::array<std::string_view, 13> assigning = {
    "||=", "&&=", "+=", "-=", "*=", "/=", "%=", "**=", "<<=", "|=", "&=", "^=", ">>="};

}  // namespace

NodePtr Parser::expression() {
  const NestingGuard guard(*this);
  const NodePtr left = ternary();
  if (token_.is_operation("=")) return assignment(left);
  if (token_.is(Token::Type::operation) &&
      std::find(assigning.begin(), assigning.end(), token_.text) != assigning.end()) {
    const std::string operation = token_.text.substr(0, token_.text.size() - 1);
    return operator_assignment(left, operation);
  }
  return left;
}

NodePtr Parser::assignment(NodePtr target) {
  const size_t position = token_.position;
  if (!become_target(target)) unexpected();
  if (const auto* constant = target->as<ConstantNode>()) program_.constants.insert(constant->path);
  advance();
  NodePtr value = nullptr;
  if (token_.is_operation("*") && token_.prefix) {
    advance();
    value = node(position, ArrayNode{{{expression(), Element::Kind::splat}}});
  } else {
    value = expression();
  }
  if (accept_keyword("rescue"))
    value = node(position, BeginNode{value, {{{}, "", expression()}}, nullptr, nullptr});
  return node(position, AssignNode{target, value});
}

NodePtr Parser::operator_assignment(NodePtr target, const std::string& operation) {
  const size_t position = token_.position;
  if (!become_target(target) || target->as<ConstantNode>()) unexpected();
  advance();
  NodePtr value = expression();
  if (accept_keyword("rescue"))
    value = node(position, BeginNode{value, {{{}, "", expression()}}, nullptr, nullptr});
  return node(position, OperatorAssignNode{target, operation, value});
}

NodePtr Parser::ternary() {
  const NodePtr condition = range();
  if (!token_.is_operation("?")) return condition;
  const size_t position = token_.position;
  advance();
  skip_line_ends();
  const NodePtr yes = expression();
  skip_line_ends();
  expect(":");
  skip_line_ends();
  return node(position, IfNode{condition, yes, expression()});
}

NodePtr Parser::range() {
  const NodePtr first = binary(1);
  if (!token_.is_operation("..") && !token_.is_operation("...")) return first;
  const size_t position = token_.position;
  const bool exclusive = token_.text == "...";
  advance();
  const bool endless =
      token_.is_operation(")") || token_.is_operation("]") || token_.is(Token::Type::line_end);
  return node(position, RangeNode{first, endless ? nullptr : binary(1), exclusive});
}

NodePtr Parser::binary(int precedence) {
  NodePtr left = unary();
  while (true) {
    const int level = precedence_of(token_);
    if (level == 0 || level < precedence) return left;
    const Token operation = token_;
    advance();
    skip_line_ends();
    const NestingGuard guard(*this);
    left = binary_node(operation.text, left, binary(level + 1), operation.position);
  }
}

NodePtr Parser::binary_node(const std::string& operation, NodePtr left, NodePtr right, size_t position) {
  if (operation == "&&") return node(position, LogicNode{LogicNode::Kind::both, left, right});
  if (operation == "||") return node(position, LogicNode{LogicNode::Kind::either, left, right});
  if (operation == "!=") return node(position, NotNode{call_node(position, left, "==", {right})});
  if (operation == "!~") return node(position, NotNode{call_node(position, left, "=~", {right})});
  return call_node(position, left, operation, {right});
}

NodePtr Parser::unary() {
  const NestingGuard guard(*this);
  const size_t position = token_.position;
  if (accept("!")) return node(position, NotNode{unary()});
  if (accept("+")) return call_node(position, unary(), "+@");
  if (accept("-")) {
    const bool number = token_.is(Token::Type::integer) || token_.is(Token::Type::floating);
    if (!number || token_.space_before) return call_node(position, unary(), "-@");
    token_.text.insert(0, "-");
    const NodePtr value = postfix();
    if (token_.is_operation("**")) unexpected();
    return value;
  }
  return power();
}

NodePtr Parser::power() {
  const NodePtr base = postfix();
  if (!token_.is_operation("**")) return base;
  const size_t position = token_.position;
  advance();
  return call_node(position, base, "**", {unary()});
}

NodePtr Parser::postfix() {
  NodePtr value = primary();
  while (token_.is(Token::Type::operation)) {
    if (token_.text == "." || token_.text == "&.") {
      const auto safety = token_.text == "." ? CallNode::Safety::plain : CallNode::Safety::safe;
      advance();
      value = method_call(value, safety);
    } else if (token_.text == "::" && !token_.prefix) {
      advance();
      const auto* scope = value->as<ConstantNode>();
      if (token_.is(Token::Type::constant) && scope) {
        change(value, ConstantNode{scope->path + "::" + token_.text});
        advance();
      } else {
        value = method_call(value, CallNode::Safety::plain);
      }
    } else if (token_.text == "[" && !token_.prefix) {
      value = index(value);
    } else {
      break;
    }
  }
  return value;
}

NodePtr Parser::primary() {
  const Token first = token_;
  switch (first.type) {
    case Token::Type::integer:
      return integer(first);
    case Token::Type::floating:
      return floating(first);
    case Token::Type::string:
      return string_literal();
    case Token::Type::words:
      return words(first);
    case Token::Type::symbol:
      advance();
      return text_node(first.position, first.text, StringNode::Kind::symbol);
    case Token::Type::variable: {
      advance();
      const auto kind = first.text[0] == '@' ? VariableNode::Kind::instance : VariableNode::Kind::global;
      return node(first.position, VariableNode{kind, first.text});
    }
    case Token::Type::constant:
      advance();
      if (token_.is_operation("(") && !token_.space_before) return named(first);
      return node(first.position, ConstantNode{first.text});
    case Token::Type::identifier:
      advance();
      return named(first);
    case Token::Type::keyword:
      return keyword_primary();
    case Token::Type::operation:
      return operation_primary();
    default:
      unexpected();
  }
}

NodePtr Parser::operation_primary() {
  if (token_.text == "(") return parentheses();
  if (token_.text == "[") return array();
  if (token_.text == "{") return hash();
  unexpected();
}

NodePtr Parser::parentheses() {
  const DoGuard guard(*this, true);
  expect("(");
  const size_t position = token_.position;
  const NodePtr value = statements({")"});
  expect(")");
  return value ? value : node(position, LiteralNode{});
}

}  // namespace kamal::erb
