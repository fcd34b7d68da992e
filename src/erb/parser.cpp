#include "erb/parser.h"

#include <algorithm>

#include "erb/limits.h"

namespace kamal::erb {

Parser::NestingGuard::NestingGuard(Parser& parser) : parser_(parser) {
  if (parser.nesting_ >= Limits::max_nesting) throw LimitReached("the template's code is nested too deeply");
  ++parser.nesting_;
}

Parser::Parser(const Source& source, Names locals)
    : source_(source), scopes_{Scope{std::move(locals)}}, lexer_(source.code, [this](std::string_view name) {
        return is_local(name);
      }) {}

Program Parser::parse() {
  size_t size = 0;
  for (const Tag& tag : source_.tags) size += tag.end - tag.begin;
  if (size > Limits::max_code) throw LimitReached("the template has more than 512 KiB of code");
  advance();
  program_.body = statements({});
  if (!token_.is(Token::Type::end_of_code)) unexpected();
  return std::move(program_);
}

// Until one of `ends`, which is left to be read; null when there are none.
NodePtr Parser::statements(std::initializer_list<std::string_view> ends) {
  const NestingGuard guard(*this);
  SequenceNode sequence;
  const size_t position = token_.position;
  while (true) {
    skip_line_ends();
    if (ends_here(ends)) break;
    sequence.statements.push_back(statement());
    if (!token_.is(Token::Type::line_end) && !ends_here(ends)) unexpected();
  }
  if (sequence.statements.empty()) return nullptr;
  if (sequence.statements.size() == 1) return sequence.statements.front();
  return node(position, std::move(sequence));
}

NodePtr Parser::statement() {
  const size_t position = token_.position;
  if (token_.is(Token::Type::text)) {
    const NodePtr text = node(position, TextNode{std::stoul(token_.text)});
    advance();
    return text;
  }
  if (token_.is(Token::Type::output)) {
    advance();
    if (!token_.is_operation("(")) unexpected();
    return node(position, OutputNode{parentheses()});
  }
  return with_modifier(expression_statement());
}

NodePtr Parser::with_modifier(NodePtr body) {
  while (token_.is(Token::Type::keyword)) {
    const size_t position = token_.position;
    if (accept_keyword("if")) {
      body = node(position, IfNode{expression_statement(), body, nullptr});
    } else if (accept_keyword("unless")) {
      body = node(position, IfNode{expression_statement(), nullptr, body});
    } else if (accept_keyword("rescue")) {
      body = node(position, BeginNode{body, {{{}, "", expression_statement()}}, nullptr, nullptr});
    } else {
      break;
    }
  }
  return body;
}

NodePtr Parser::expression_statement() {
  NodePtr left = negated_expression();
  if (token_.is_operation(",")) left = left->as<AssignNode>() ? list_after(left) : multiple_assignment(left);
  while (token_.is_keyword("and") || token_.is_keyword("or")) {
    const size_t position = token_.position;
    const auto kind = token_.text == "and" ? LogicNode::Kind::both : LogicNode::Kind::either;
    advance();
    skip_line_ends();
    left = node(position, LogicNode{kind, left, negated_expression()});
  }
  return left;
}

NodePtr Parser::negated_expression() {
  const NestingGuard guard(*this);
  const size_t position = token_.position;
  if (accept_keyword("not")) return node(position, NotNode{negated_expression()});
  return expression();
}

// a, b = values
NodePtr Parser::multiple_assignment(NodePtr first) {
  const size_t position = token_.position;
  MultipleAssignNode assign;
  for (NodePtr target = first;; target = postfix()) {
    if (!become_target(target) || target->as<ConstantNode>()) unexpected();
    assign.targets.push_back(target);
    if (!accept(",")) break;
  }
  expect("=");
  const NodePtr value = expression();
  assign.value = token_.is_operation(",") ? list_after(value) : value;
  return node(position, std::move(assign));
}

// The list of a, b, *c without brackets; of `x = a, b` the assignment of it.
NodePtr Parser::list_after(NodePtr first) {
  const auto* assign = first->as<AssignNode>();
  ArrayNode list;
  list.elements.push_back({assign ? assign->value : first, Element::Kind::plain});
  while (accept(",")) {
    const bool splat = token_.is_operation("*") && token_.prefix;
    if (splat) advance();
    list.elements.push_back({expression(), splat ? Element::Kind::splat : Element::Kind::plain});
  }
  const NodePtr value = node(first->position, std::move(list));
  return assign ? node(first->position, AssignNode{assign->target, value}) : value;
}

NodePtr Parser::node(size_t position, NodeContent content) {
  program_.nodes.push_back(Node{position, std::move(content)});
  return &program_.nodes.back();
}

void Parser::change(NodePtr node, NodeContent content) {
  const auto own = std::find_if(program_.nodes.rbegin(), program_.nodes.rend(),
                                [node](const Node& one) { return &one == node; });
  own->content = std::move(content);
}

// Makes a name that looked like a call a variable; false for what cannot be assigned to.
bool Parser::become_target(NodePtr target) {
  if (target->as<VariableNode>() || target->as<ConstantNode>()) return true;
  const auto* call = target->as<CallNode>();
  if (call == nullptr) return false;
  if (call->name == "[]") return call->block == nullptr;
  const bool plain = call->receiver == nullptr && call->arguments.empty() && call->block == nullptr &&
                     call->block_argument == nullptr && !call->name.ends_with('?') &&
                     !call->name.ends_with('!');
  if (!plain) return false;
  const std::string name = call->name;
  declare(name);
  change(target, VariableNode{VariableNode::Kind::local, name});
  return true;
}

NodePtr Parser::text_node(size_t position, std::string text, StringNode::Kind kind) {
  return node(position, StringNode{kind, {StringPiece(std::move(text))}});
}

NodePtr Parser::call_node(size_t position, NodePtr receiver, std::string name,
                          std::vector<NodePtr> arguments) {
  CallNode call;
  call.receiver = receiver;
  call.name = std::move(name);
  for (const NodePtr argument : arguments) call.arguments.push_back({argument, Element::Kind::plain});
  return node(position, std::move(call));
}

bool Parser::accept(std::string_view operation) {
  if (!token_.is_operation(operation)) return false;
  advance();
  return true;
}

bool Parser::accept_keyword(std::string_view keyword) {
  if (!token_.is_keyword(keyword)) return false;
  advance();
  return true;
}

void Parser::expect(std::string_view operation) {
  if (!accept(operation)) unexpected();
}

void Parser::expect_keyword(std::string_view keyword, std::string_view opened_by, size_t opened_at) {
  if (accept_keyword(keyword)) return;
  if (!token_.is(Token::Type::end_of_code)) unexpected();
  throw NotUnderstood(opened_at, "`" + std::string(opened_by) + "` has no `" + std::string(keyword) + "`");
}

void Parser::skip_line_ends() {
  while (token_.is(Token::Type::line_end)) advance();
}

bool Parser::ends_here(std::initializer_list<std::string_view> ends) const {
  if (token_.is(Token::Type::end_of_code)) return true;
  if (!token_.is(Token::Type::keyword) && !token_.is(Token::Type::operation)) return false;
  return std::find(ends.begin(), ends.end(), token_.text) != ends.end();
}

void Parser::unexpected() const {
  const std::string what = token_.is(Token::Type::text)     ? "text of the template"
                           : token_.is(Token::Type::string) ? "a string"
                           : token_.is(Token::Type::end_of_code) || token_.text == "the end of the line"
                               ? token_.text
                               : "`" + token_.text + "`";
  throw NotUnderstood(token_.position, "unexpected " + what);
}

bool Parser::is_local(std::string_view name) const {
  return std::any_of(scopes_.begin(), scopes_.end(),
                     [&](const Scope& scope) { return scope.names.find(name) != scope.names.end(); });
}

}  // namespace kamal::erb
