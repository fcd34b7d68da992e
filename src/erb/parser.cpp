#include "erb/parser.h"

#include <algorithm>

#include "erb/limits.h"

namespace kamal::erb {

Parser::Parser(const Source& source, Names locals)
    : source_(source), scopes_{std::move(locals)}, lexer_(source.code, [this](std::string_view name) {
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
  const auto level = deeper();
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
    const NodePtr text = text_node(position, source_.texts.at(std::stoul(token_.text)));
    advance();
    return node(position, OutputNode{text});
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
      body = node(position, BeginNode{body, {{{}, "", expression_statement()}}});
    } else {
      break;
    }
  }
  return body;
}

NodePtr Parser::expression_statement() {
  NodePtr left = negated_expression();
  if (token_.is_operation(",")) left = multiple_assignment(left);
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
  const auto level = deeper();
  const size_t position = token_.position;
  if (accept_keyword("not")) return node(position, NotNode{negated_expression()});
  return expression();
}

// a, b = list
NodePtr Parser::multiple_assignment(NodePtr first) {
  const size_t position = token_.position;
  MultipleAssignNode assign;
  for (NodePtr target = first;; target = postfix()) {
    become_target(target);
    assign.targets.push_back(target);
    if (!accept(",")) break;
  }
  expect("=");
  assign.value = expression();
  return node(position, std::move(assign));
}

// From `if`, `unless` or `elsif` to `end`.
NodePtr Parser::if_expression() {
  const auto level = deeper();
  const Token first = token_;
  advance();
  IfNode made;
  made.condition = expression_statement();
  accept_keyword("then");
  made.then_body = statements({"elsif", "else", "end"});
  if (token_.is_keyword("elsif") && first.text != "unless") {
    made.else_body = if_expression();
    return node(first.position, made);
  }
  if (accept_keyword("else")) made.else_body = statements({"end"});
  expect_end(first.text, first.position);
  if (first.text == "unless") std::swap(made.then_body, made.else_body);
  return node(first.position, made);
}

NodePtr Parser::case_expression() {
  const size_t position = token_.position;
  advance();
  CaseNode made;
  if (!token_.is(Token::Type::line_end) && !token_.is_keyword("when")) made.subject = expression_statement();
  skip_line_ends();
  while (accept_keyword("when")) {
    CaseNode::When when;
    do {
      skip_line_ends();
      when.patterns.push_back(ternary());
    } while (accept(","));
    accept_keyword("then");
    when.body = statements({"when", "else", "end"});
    made.whens.push_back(std::move(when));
  }
  if (made.whens.empty()) unexpected();
  if (accept_keyword("else")) made.else_body = statements({"end"});
  expect_end("case", position);
  return node(position, std::move(made));
}

NodePtr Parser::begin_expression() {
  const size_t position = token_.position;
  advance();
  const Temporarily guard(takes_do_, true);
  const NodePtr made = body_with_rescue(position);
  expect_end("begin", position);
  return made ? made : node(position, LiteralNode{});
}

// Statements and what rescues them, up to `end`.
NodePtr Parser::body_with_rescue(size_t position) {
  BeginNode made;
  made.body = statements({"rescue", "end"});
  if (!token_.is_keyword("rescue")) return made.body;
  while (accept_keyword("rescue")) made.rescues.push_back(rescue_clause());
  return node(position, std::move(made));
}

BeginNode::Rescue Parser::rescue_clause() {
  BeginNode::Rescue clause;
  while (token_.is(Token::Type::constant)) {
    const auto* name = postfix()->as<ConstantNode>();
    if (name == nullptr) unexpected();
    clause.classes.push_back(name->path);
    if (!accept(",")) break;
  }
  if (accept("=>")) {
    if (!token_.is(Token::Type::identifier)) unexpected();
    clause.variable = token_.text;
    declare(clause.variable);
    advance();
  }
  if (!accept_keyword("then") && !token_.is(Token::Type::line_end)) unexpected();
  clause.body = statements({"rescue", "end"});
  return clause;
}

NodePtr Parser::next_expression() {
  if (scopes_.size() == 1) unexpected();  // outside of a block
  const size_t position = token_.position;
  advance();
  const bool bare =
      token_.is(Token::Type::line_end) || token_.is(Token::Type::keyword) || ends_here({"}", ")"});
  return node(position, NextNode{bare ? nullptr : expression()});
}

NodePtr Parser::node(size_t position, NodeContent content) {
  program_.nodes.push_back(Node{position, std::move(content)});
  return &program_.nodes.back();
}

// Makes a name that looked like a call a variable.
void Parser::become_target(NodePtr target) {
  if (target->as<VariableNode>()) return;
  const auto* call = target->as<CallNode>();
  if (call == nullptr || call->block != nullptr) unexpected();
  if (call->name == "[]") return;
  if (call->receiver || !call->arguments.empty() || call->name.ends_with('?') || call->name.ends_with('!'))
    unexpected();
  const std::string name = call->name;
  declare(name);
  const auto own = std::find_if(program_.nodes.rbegin(), program_.nodes.rend(),
                                [target](const Node& one) { return &one == target; });
  own->content = VariableNode{VariableNode::Kind::local, name};
}

NodePtr Parser::text_node(size_t position, std::string text, StringNode::Kind kind) {
  return node(position, StringNode{kind, {StringPiece(std::move(text))}});
}

NodePtr Parser::call_node(size_t position, NodePtr receiver, std::string name,
                          std::vector<NodePtr> arguments) {
  CallNode call;
  call.receiver = receiver;
  call.name = std::move(name);
  call.arguments = std::move(arguments);
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

void Parser::expect_end(std::string_view opened_by, size_t opened_at) {
  if (accept_keyword("end")) return;
  if (!token_.is(Token::Type::end_of_code)) unexpected();
  throw NotUnderstood(opened_at, "`" + std::string(opened_by) + "` has no `end`");
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

Temporarily<int> Parser::deeper() {
  if (nesting_ >= Limits::max_nesting) throw LimitReached("the template's code is nested too deeply");
  return {nesting_, nesting_ + 1};
}

bool Parser::is_local(std::string_view name) const {
  return std::any_of(scopes_.begin(), scopes_.end(),
                     [&](const Names& names) { return names.find(name) != names.end(); });
}

}  // namespace kamal::erb
