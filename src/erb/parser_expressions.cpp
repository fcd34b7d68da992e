// Operators, assignments and their operands.
#include <algorithm>

#include "erb/parser.h"
#include "erb/text.h"

namespace kamal::erb {
namespace {

struct Precedence {
  std::string_view operation;
  int level;
};

constexpr Precedence binary_operations[] = {
    {"||", 1}, {"&&", 2}, {"<=>", 3}, {"==", 3}, {"===", 3}, {"!=", 3}, {"=~", 3}, {"!~", 3}, {"<", 4},
    {"<=", 4}, {">", 4},  {">=", 4},  {"<<", 5}, {"+", 6},   {"-", 6},  {"*", 7},  {"/", 7},  {"%", 7}};

int precedence_of(std::string_view operation) {
  const auto* const found = std::ranges::find(binary_operations, operation, &Precedence::operation);
  return found == std::end(binary_operations) ? 0 : found->level;
}

// Whether it can be evaluated twice without harm.
bool may_be_repeated(NodePtr node) {
  const auto* call = node->as<CallNode>();
  if (call == nullptr) {
    const auto* text = node->as<StringNode>();
    return node->as<VariableNode>() || node->as<ConstantNode>() || node->as<LiteralNode>() ||
           (text && text->kind != StringNode::Kind::command && text->pieces.size() <= 1);
  }
  return call->name == "[]" && may_be_repeated(call->receiver) &&
         std::ranges::all_of(call->arguments, may_be_repeated);
}

}  // namespace

Node* Parser::expression() {
  const auto level = deeper();
  code_.skip_lines();
  Node* const left = ternary();
  code_.skip_blanks();
  for (const std::string operation : {"", "||", "&&", "+", "-", "*", "/", "%"}) {
    if (code_.accept(operation + "=")) return assignment(left, operation);
  }
  return left;
}

// `operation` is that of +=, and "" for =.
Node* Parser::assignment(Node* target, const std::string& operation) {
  const size_t position = code_.position();
  become_target(target);
  Node* value = expression();
  code_.skip_blanks();
  if (code_.accept_word("rescue")) value = node(position, BeginNode{value, {{{}, "", expression()}}});
  const bool logic = operation == "||" || operation == "&&";
  if (!operation.empty() && !may_be_repeated(target)) unexpected();
  if (!operation.empty() && !logic) value = binary_node(operation, target, value, position);
  Node* const assign = node(position, AssignNode{target, value});
  return logic ? binary_node(operation, target, assign, position) : assign;
}

Node* Parser::ternary() {
  Node* const condition = range();
  code_.skip_blanks();
  const size_t position = code_.position();
  if (!code_.accept("?")) return condition;
  const NodePtr yes = expression();
  expect(":");
  return node(position, IfNode{condition, yes, expression()});
}

Node* Parser::range() {
  Node* const first = binary(1);
  code_.skip_blanks();
  const size_t position = code_.position();
  const bool exclusive = code_.accept("...");
  if (!exclusive && !code_.accept("..")) return first;
  code_.skip_blanks();
  const bool endless = code_.at(")") || code_.at("]") || code_.at_end_of_line();
  return node(position, RangeNode{first, endless ? nullptr : binary(1), exclusive});
}

Node* Parser::binary(int precedence) {
  Node* left = unary();
  while (true) {
    code_.skip_blanks();
    const size_t position = code_.position();
    const std::string_view operation = code_.operation();
    const int own = precedence_of(operation);
    if (own == 0 || own < precedence) return left;
    code_.take(operation.size());
    code_.skip_lines();
    const auto level = deeper();
    left = binary_node(operation, left, binary(own + 1), position);
  }
}

Node* Parser::binary_node(std::string_view operation, NodePtr left, NodePtr right, size_t position) {
  if (operation == "&&") return node(position, LogicNode{LogicNode::Kind::both, left, right});
  if (operation == "||") return node(position, LogicNode{LogicNode::Kind::either, left, right});
  const std::string name(operation == "!=" ? "==" : operation == "!~" ? "=~" : operation);
  Node* const call = node(position, CallNode{.receiver = left, .name = name, .arguments = {right}});
  return operation == name ? call : node(position, NotNode{call});
}

Node* Parser::unary() {
  const auto level = deeper();
  const size_t position = code_.position();
  if (code_.accept("!")) {
    code_.skip_blanks();
    return node(position, NotNode{unary()});
  }
  if (code_.peek() != '-' || is_digit(code_.peek(1))) return postfix();
  code_.take();
  code_.skip_blanks();
  return node(position, CallNode{.receiver = unary(), .name = "-@"});
}

Node* Parser::postfix() {
  Node* value = primary();
  while (true) {
    code_.skip_blanks();
    if (code_.accept(".")) {
      value = method_call(value, CallNode::Safety::plain);
    } else if (code_.accept("&.")) {
      value = method_call(value, CallNode::Safety::safe);
    } else if (code_.at("[")) {
      value = index(value);
    } else {
      return value;
    }
  }
}

Node* Parser::primary() {
  const char c = code_.peek();
  const size_t position = code_.position();
  if (is_digit(c) || c == '-') return number();
  if (is_one_of(c, "\"'`")) return quoted();
  if (c == '/') return regexp();
  if (c == ':') return symbol();
  if (c == '%') return percent_literal();
  if (c == '(') return parentheses();
  if (c == '[') return array();
  if (c == '{') return hash();
  if (c == '@' || c == '$') {
    std::string name(code_.take(1));
    name +=
        c == '$' && !is_name_character(code_.peek()) ? code_.take(1) : code_.take_while(is_name_character);
    return node(position,
                VariableNode{c == '@' ? VariableNode::Kind::instance : VariableNode::Kind::global, name});
  }
  if (is_capital(c)) return constant();
  if (Node* const made = keyword_expression()) return made;
  return variable_or_call();
}

// Null if it does not start with a keyword.
Node* Parser::keyword_expression() {
  const size_t position = code_.position();
  const std::string_view word = code_.word();
  if (word == "if" || word == "unless") return if_expression();
  if (word == "case") return case_expression();
  if (word == "begin") return begin_expression();
  if (word == "next") return next_expression();
  if (code_.accept_word("nil")) return node(position, LiteralNode{});
  if (code_.accept_word("true")) return node(position, LiteralNode{true});
  if (code_.accept_word("false")) return node(position, LiteralNode{false});
  if (code_.accept_word("__FILE__")) return text_node(position, "(erb)");
  if (code_.accept_word("__LINE__")) return node(position, LiteralNode{int64_t{source_.line_of(position)}});
  if (code_.accept_word("not")) return node(position, NotNode{expression()});
  if (code_.accept_word("defined?")) {
    if (code_.at("(")) return node(position, DefinedNode{parentheses()});
    code_.skip_blanks();
    return node(position, DefinedNode{unary()});
  }
  if (starts_no_operand(word)) unexpected();
  return nullptr;
}

Node* Parser::parentheses() {
  const Temporarily guard(takes_do_, true);
  expect("(");
  const size_t position = code_.position();
  Node* const value = statements({")"});
  expect(")");
  return value ? value : node(position, LiteralNode{});
}

}  // namespace kamal::erb
