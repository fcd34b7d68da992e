#include "erb/parser.h"

#include <algorithm>

#include "erb/text.h"

namespace kamal::erb {

Parser::Parser(const Source& source, Names locals)
    : source_(source), program_{.variables = locals}, scopes_{std::move(locals)}, code_(source.code) {}

Program Parser::parse() {
  size_t size = 0;
  for (const Tag& tag : source_.tags) size += tag.end - tag.begin;
  if (size > Limits::max_code) throw LimitReached("template has more than 512 KiB of code");
  program_.body = statements({});
  if (!code_.done()) unexpected();
  return std::move(program_);
}

// Statements up to one of `ends`, which is not consumed; null if there are none.
Node* Parser::statements(std::initializer_list<std::string_view> ends) {
  const auto level = deeper();
  SequenceNode sequence;
  Node* last = nullptr;
  const size_t position = code_.position();
  while (true) {
    code_.skip_separators();
    if (ends_here(ends)) break;
    last = statement();
    sequence.statements.push_back(last);
    code_.skip_blanks();
    if (!code_.at_end_of_line() && !ends_here(ends)) unexpected();
  }
  if (sequence.statements.size() <= 1) return last;
  return node(position, std::move(sequence));
}

Node* Parser::statement() {
  const size_t position = code_.position();
  if (code_.peek() == Source::text_mark) {
    code_.take();
    const std::string index(code_.take_while(is_digit));
    return node(position, OutputNode{text_node(position, source_.texts.at(std::stoul(index)))});
  }
  if (code_.peek() == Source::output_mark) {
    code_.take();
    return node(position, OutputNode{parentheses()});
  }
  return with_modifier(expression_statement());
}

Node* Parser::with_modifier(Node* body) {
  while (true) {
    code_.skip_blanks();
    const size_t position = code_.position();
    if (code_.accept_word("if")) {
      body = node(position, IfNode{expression_statement(), body, nullptr});
    } else if (code_.accept_word("unless")) {
      body = node(position, IfNode{expression_statement(), nullptr, body});
    } else if (code_.accept_word("rescue")) {
      body = node(position, BeginNode{body, {{{}, "", expression_statement()}}});
    } else {
      return body;
    }
  }
}

Node* Parser::expression_statement() {
  Node* left = expression();
  code_.skip_blanks();
  if (code_.at(",")) left = multiple_assignment(left);
  while (true) {
    code_.skip_blanks();
    const size_t position = code_.position();
    const bool both = code_.at_word("and");
    if (!code_.accept_word("and") && !code_.accept_word("or")) return left;
    const auto kind = both ? LogicNode::Kind::both : LogicNode::Kind::either;
    left = node(position, LogicNode{kind, left, expression()});
  }
}

// a, b = list
Node* Parser::multiple_assignment(Node* first) {
  const size_t position = code_.position();
  MultipleAssignNode assign;
  for (Node* target = first;; target = postfix()) {
    become_target(target);
    assign.targets.push_back(target);
    code_.skip_blanks();
    if (!code_.accept(",")) break;
    code_.skip_lines();
  }
  expect("=");
  assign.value = expression();
  return node(position, std::move(assign));
}

// From `if`, `unless` or `elsif` to `end`.
Node* Parser::if_expression() {
  const auto level = deeper();
  const size_t position = code_.position();
  const std::string first(code_.word());
  code_.take(first.size());
  IfNode made;
  made.condition = expression_statement();
  code_.accept_word("then");
  made.then_body = statements({"elsif", "else", "end"});
  if (code_.at_word("elsif") && first != "unless") {
    made.else_body = if_expression();
    return node(position, made);
  }
  if (code_.accept_word("else")) made.else_body = statements({"end"});
  expect_end(first, position);
  if (first == "unless") std::swap(made.then_body, made.else_body);
  return node(position, made);
}

Node* Parser::case_expression() {
  const size_t position = code_.position();
  code_.accept_word("case");
  CaseNode made;
  code_.skip_blanks();
  if (!code_.at_end_of_line() && !code_.at_word("when")) made.subject = expression_statement();
  code_.skip_separators();
  while (code_.accept_word("when")) {
    CaseNode::When when;
    do {
      code_.skip_lines();
      when.patterns.push_back(ternary());
      code_.skip_blanks();
    } while (code_.accept(","));
    code_.accept_word("then");
    when.body = statements({"when", "else", "end"});
    made.whens.push_back(std::move(when));
  }
  if (made.whens.empty()) unexpected();
  if (code_.accept_word("else")) made.else_body = statements({"end"});
  expect_end("case", position);
  return node(position, std::move(made));
}

Node* Parser::begin_expression() {
  const size_t position = code_.position();
  code_.accept_word("begin");
  const Temporarily guard(takes_do_, true);
  Node* const made = body_with_rescue(position);
  expect_end("begin", position);
  return made ? made : node(position, LiteralNode{});
}

// Statements and their rescue clauses, up to `end`.
Node* Parser::body_with_rescue(size_t position) {
  Node* const body = statements({"rescue", "end"});
  if (!code_.at_word("rescue")) return body;
  BeginNode made{body, {}};
  while (code_.accept_word("rescue")) made.rescues.push_back(rescue_clause());
  return node(position, std::move(made));
}

BeginNode::Rescue Parser::rescue_clause() {
  BeginNode::Rescue clause;
  code_.skip_blanks();
  while (!code_.at_end_of_line() && !code_.at("=>") && !code_.at_word("then")) {
    const auto* name = postfix()->as<ConstantNode>();
    if (name == nullptr) unexpected();
    clause.classes.push_back(name->path);
    code_.skip_blanks();
    if (!code_.accept(",")) break;
    code_.skip_lines();
  }
  if (code_.accept("=>")) {
    code_.skip_blanks();
    clause.variable = code_.take(code_.word().size());
    declare(clause.variable);
    code_.skip_blanks();
  }
  if (!code_.accept_word("then") && !code_.at_end_of_line()) unexpected();
  clause.body = statements({"rescue", "end"});
  return clause;
}

Node* Parser::next_expression() {
  if (scopes_.size() == 1) unexpected();  // outside of a block
  const size_t position = code_.position();
  code_.accept_word("next");
  code_.skip_blanks();
  const bool bare = code_.at_end_of_line() || code_.at("}") || code_.at(")") || code_.at_word("if") ||
                    code_.at_word("unless");
  return node(position, NextNode{bare ? nullptr : expression()});
}

Node* Parser::node(size_t position, NodeContent content) {
  program_.nodes.push_back(Node{position, std::move(content)});
  return &program_.nodes.back();
}

// Turns a name that looked like a call into a variable.
void Parser::become_target(Node* target) {
  const auto* variable = target->as<VariableNode>();
  if (variable && variable->kind != VariableNode::Kind::global) return;
  const auto* call = target->as<CallNode>();
  if (call && call->name == "[]") return;
  const bool plain = call && !call->receiver && call->arguments.empty() && !call->block &&
                     is_name_character(call->name.back());
  if (!plain) throw NotUnderstood(target->position, "this assignment");
  const std::string name = call->name;
  declare(name);
  target->content = VariableNode{VariableNode::Kind::local, name};
}

Node* Parser::text_node(size_t position, std::string text, StringNode::Kind kind) {
  return node(position, StringNode{kind, {StringPiece(std::move(text))}});
}

void Parser::expect(std::string_view operation) {
  code_.skip_lines();
  if (!code_.accept(operation)) unexpected();
}

void Parser::expect_end(std::string_view opened_by, size_t opened_at) {
  if (code_.accept_word("end")) return;
  if (!code_.done()) unexpected();
  throw NotUnderstood(opened_at, "`" + std::string(opened_by) + "` has no `end`");
}

bool Parser::ends_here(std::initializer_list<std::string_view> ends) const {
  const auto is_here = [&](std::string_view end) { return code_.at_word(end) || code_.at(end); };
  return code_.done() || std::ranges::any_of(ends, is_here);
}

void Parser::unexpected() const {
  if (code_.done()) fail("unexpected end");
  if (code_.peek() == Source::text_mark) fail("unexpected text of the template");
  if (code_.peek() == '\n') fail("unexpected end of the line");
  const size_t size = std::max({code_.word().size(), code_.operation().size(), size_t{1}});
  fail("unexpected `" + std::string(code_.rest().substr(0, size)) + "`");
}

Temporarily<int> Parser::deeper() {
  if (nesting_ >= Limits::max_nesting) throw LimitReached("template code is nested too deeply");
  return {nesting_, nesting_ + 1};
}

void Parser::declare(std::string_view name) {
  scopes_.back().emplace(name);
  program_.variables.emplace(name);
}

bool Parser::is_local(std::string_view name) const {
  return std::ranges::any_of(scopes_, [&](const Names& names) { return names.contains(name); });
}

}  // namespace kamal::erb
