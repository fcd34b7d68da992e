// if, case, begin and their like.
#include "erb/parser.h"

namespace kamal::erb {

NodePtr Parser::keyword_primary() {
  const Token first = token_;
  const std::string& word = first.text;
  if (word == "if") return if_expression();
  if (word == "unless") return unless_expression();
  if (word == "case") return case_expression();
  if (word == "begin") return begin_expression();
  if (word == "next" || word == "break") return jump();
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

// After `if` or `elsif`, to `end`.
NodePtr Parser::if_expression() {
  const NestingGuard guard(*this);
  const Token first = token_;
  advance();
  IfNode made;
  made.condition = expression_statement();
  accept_keyword("then");
  made.then_body = statements({"elsif", "else", "end"});
  if (token_.is_keyword("elsif")) {
    made.else_body = if_expression();
    return node(first.position, made);
  }
  if (accept_keyword("else")) made.else_body = statements({"end"});
  expect_keyword("end", first.text, first.position);
  return node(first.position, made);
}

NodePtr Parser::unless_expression() {
  const size_t position = token_.position;
  advance();
  IfNode made;
  made.condition = expression_statement();
  accept_keyword("then");
  made.else_body = statements({"else", "end"});
  if (accept_keyword("else")) made.then_body = statements({"end"});
  expect_keyword("end", "unless", position);
  return node(position, made);
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
      const bool splat = token_.is_operation("*") && accept("*");
      when.patterns.push_back({ternary(), splat ? Element::Kind::splat : Element::Kind::plain});
    } while (accept(","));
    accept_keyword("then");
    when.body = statements({"when", "else", "end"});
    made.whens.push_back(std::move(when));
  }
  if (made.whens.empty()) unexpected();
  if (accept_keyword("else")) made.else_body = statements({"end"});
  expect_keyword("end", "case", position);
  return node(position, std::move(made));
}

NodePtr Parser::begin_expression() {
  const size_t position = token_.position;
  advance();
  const DoGuard guard(*this, true);
  NodePtr made = body_with_rescue(position);
  if (made == nullptr || !made->as<BeginNode>()) made = node(position, BeginNode{made, {}, nullptr, nullptr});
  expect_keyword("end", "begin", position);
  return made;
}

// Statements with rescue, else and ensure, up to `end`.
NodePtr Parser::body_with_rescue(size_t position) {
  BeginNode made;
  made.body = statements({"rescue", "else", "ensure", "end"});
  if (token_.is_keyword("end")) return made.body;
  while (accept_keyword("rescue")) made.rescues.push_back(rescue_clause());
  if (accept_keyword("else")) made.else_body = statements({"ensure", "end"});
  if (accept_keyword("ensure")) made.ensure_body = statements({"end"});
  return node(position, std::move(made));
}

BeginNode::Rescue Parser::rescue_clause() {
  BeginNode::Rescue clause;
  while (token_.is(Token::Type::constant)) {
    clause.classes.push_back(postfix());
    if (!accept(",")) break;
  }
  if (accept("=>")) {
    if (!token_.is(Token::Type::identifier)) unexpected();
    clause.variable = token_.text;
    declare(clause.variable);
    advance();
  }
  if (!accept_keyword("then") && !token_.is(Token::Type::line_end)) unexpected();
  clause.body = statements({"rescue", "else", "ensure", "end"});
  return clause;
}

NodePtr Parser::jump() {
  const Token first = token_;
  advance();
  const auto kind = first.text == "next" ? JumpNode::Kind::next : JumpNode::Kind::leave;
  const bool modifier = token_.is_keyword("if") || token_.is_keyword("unless") || token_.is_keyword("and") ||
                        token_.is_keyword("or") || token_.is_keyword("rescue");
  const bool bare =
      modifier || token_.is(Token::Type::line_end) || ends_here({"end", "}", ")", "else", "elsif", "when"});
  NodePtr value = bare ? nullptr : expression();
  if (value != nullptr && token_.is_operation(",")) value = list_after(value);
  return node(first.position, JumpNode{kind, value});
}

}  // namespace kamal::erb
