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
    {"||", 1}, {"&&", 2}, {"<=>", 3}, {"==", 3}, {"===", 3}, {"!=", 3}, {"=~", 3}, {"!~", 3}, {"<", 4},
    {"<=", 4}, {">", 4},  {">=", 4},  {"<<", 5}, {"+", 6},   {"-", 6},  {"*", 7},  {"/", 7},  {"%", 7}};

int precedence_of(const Token& token) {
  if (!token.is(Token::Type::operation) || token.prefix) return 0;
  for (const Precedence& one : binary_operations) {
    if (one.operation == token.text) return one.level;
  }
  return 0;
}

// Is evaluating it twice as good as once?
bool may_be_repeated(NodePtr node) {
  const auto* call = node->as<CallNode>();
  if (call == nullptr) {
    const auto* text = node->as<StringNode>();
    return node->as<VariableNode>() || node->as<ConstantNode>() || node->as<LiteralNode>() ||
           (text && text->kind != StringNode::Kind::command && text->pieces.size() <= 1);
  }
  return call->name == "[]" && may_be_repeated(call->receiver) &&
         std::all_of(call->arguments.begin(), call->arguments.end(), may_be_repeated);
}

}  // namespace

NodePtr Parser::expression() {
  const auto level = deeper();
  const NodePtr left = ternary();
  if (!token_.is(Token::Type::operation)) return left;
  for (const std::string_view operation : {"", "||", "&&", "+", "-", "*", "/", "%"}) {
    if (token_.text == std::string(operation) + "=") return assignment(left, std::string(operation));
  }
  return left;
}

// `operation` is that of +=, and "" for =.
NodePtr Parser::assignment(NodePtr target, const std::string& operation) {
  const size_t position = token_.position;
  become_target(target);
  advance();
  NodePtr value = expression();
  if (accept_keyword("rescue")) value = node(position, BeginNode{value, {{{}, "", expression()}}});
  const bool logic = operation == "||" || operation == "&&";
  if (!operation.empty() && !may_be_repeated(target)) unexpected();
  if (!operation.empty() && !logic) value = binary_node(operation, target, value, position);
  const NodePtr assign = node(position, AssignNode{target, value});
  return logic ? binary_node(operation, target, assign, position) : assign;
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
    const int own = precedence_of(token_);
    if (own == 0 || own < precedence) return left;
    const Token operation = token_;
    advance();
    skip_line_ends();
    const auto level = deeper();
    left = binary_node(operation.text, left, binary(own + 1), operation.position);
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
  const auto level = deeper();
  const size_t position = token_.position;
  if (accept("!")) return node(position, NotNode{unary()});
  if (!accept("-")) return postfix();
  const bool literal = token_.is(Token::Type::number) && !token_.space_before;
  if (!literal) return call_node(position, unary(), "-@");
  token_.text.insert(0, "-");
  return postfix();
}

NodePtr Parser::postfix() {
  NodePtr value = primary();
  while (token_.is(Token::Type::operation)) {
    if (token_.text == "." || token_.text == "&.") {
      const auto safety = token_.text == "." ? CallNode::Safety::plain : CallNode::Safety::safe;
      advance();
      value = method_call(value, safety);
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
    case Token::Type::number:
      return number();
    case Token::Type::string:
      return string_literal();
    case Token::Type::words:
      return words();
    case Token::Type::keyword:
      return keyword_primary();
    case Token::Type::symbol:
      advance();
      return text_node(first.position, first.text, StringNode::Kind::symbol);
    case Token::Type::variable: {
      advance();
      const auto kind = first.text[0] == '@' ? VariableNode::Kind::instance : VariableNode::Kind::global;
      return node(first.position, VariableNode{kind, first.text});
    }
    case Token::Type::constant:
    case Token::Type::identifier:
      advance();
      return named(first);
    default:
      break;
  }
  if (first.is_operation("(")) return parentheses();
  if (first.is_operation("[")) return array();
  if (first.is_operation("{")) return hash();
  unexpected();
}

NodePtr Parser::keyword_primary() {
  const Token first = token_;
  const std::string& word = first.text;
  if (word == "if" || word == "unless") return if_expression();
  if (word == "case") return case_expression();
  if (word == "begin") return begin_expression();
  if (word == "next") return next_expression();
  if (word == "nil" || word == "true" || word == "false") {
    advance();
    LiteralNode literal;
    if (word != "nil") literal.value = word == "true";
    return node(first.position, literal);
  }
  if (word == "__FILE__") {
    advance();
    return text_node(first.position, "(erb)");
  }
  if (word == "__LINE__") {
    advance();
    return node(first.position, LiteralNode{int64_t{source_.line_of(first.position)}});
  }
  if (word == "defined?") {
    advance();
    const bool closed = token_.is_operation("(") && !token_.space_before;
    return node(first.position, DefinedNode{closed ? parentheses() : unary()});
  }
  if (word == "not") {
    advance();
    return node(first.position, NotNode{expression()});
  }
  unexpected();
}

NodePtr Parser::parentheses() {
  const Temporarily guard(takes_do_, true);
  expect("(");
  const size_t position = token_.position;
  const NodePtr value = statements({")"});
  expect(")");
  return value ? value : node(position, LiteralNode{});
}

}  // namespace kamal::erb
