// Method calls with their arguments and blocks.
#include <algorithm>

#include "erb/parser.h"
#include "erb/text.h"

namespace kamal::erb {

// After a dot.
Node* Parser::method_call(NodePtr receiver, CallNode::Safety safety) {
  code_.skip_lines();
  const size_t position = code_.position();
  const std::string name(code_.take(code_.word().size()));
  if (name.empty() || is_capital(name[0])) unexpected();
  return call_with_arguments(position, {.receiver = receiver, .name = name, .safety = safety});
}

// A::B, or a function named like a constant: Integer("1")
Node* Parser::constant() {
  const size_t position = code_.position();
  std::string path(code_.take_while(is_name_character));
  if (code_.at("(")) return call_with_arguments(position, {.name = path});
  while (code_.accept("::")) {
    if (!is_capital(code_.peek())) unexpected();
    path += "::" + std::string(code_.take_while(is_name_character));
  }
  return node(position, ConstantNode{path});
}

Node* Parser::variable_or_call() {
  const size_t position = code_.position();
  const std::string name(code_.take(code_.word().size()));
  if (name.empty()) unexpected();
  if (!code_.at("(") && is_local(name)) return node(position, VariableNode{VariableNode::Kind::local, name});
  return call_with_arguments(position, {.name = name});
}

Node* Parser::index(NodePtr receiver) {
  const size_t position = code_.position();
  CallNode call{.receiver = receiver, .name = "[]"};
  arguments_in_brackets(call, "]");
  if (call.block) unexpected();
  return node(position, std::move(call));
}

Node* Parser::call_with_arguments(size_t position, CallNode call) {
  arguments(call);
  return node(position, std::move(call));
}

void Parser::arguments(CallNode& call) {
  const size_t position = code_.position();
  if (code_.at("(")) {
    arguments_in_brackets(call, ")");
  } else if (operand_follows()) {
    HashNode keywords = argument_list(call, "");
    if (!keywords.pairs.empty()) call.arguments.push_back(node(position, std::move(keywords)));
  }
  code_.skip_blanks();
  if (code_.at("{"))
    call.block = block("}");
  else if (takes_do_ && code_.at_word("do"))
    call.block = block("end");
}

// From the opening bracket to the closing one.
void Parser::arguments_in_brackets(CallNode& call, std::string_view end) {
  const size_t position = code_.position();
  code_.take();
  HashNode keywords = argument_list(call, end);
  expect(end);
  if (!keywords.pairs.empty()) call.arguments.push_back(node(position, std::move(keywords)));
}

// Up to the bracket `end`, or "" for arguments without brackets. Returns the named ones.
HashNode Parser::argument_list(CallNode& call, std::string_view end) {
  const Temporarily guard(takes_do_, !end.empty());
  const auto level = deeper();
  HashNode keywords{{}, HashNode::Form::arguments};
  for (code_.skip_lines(); end.empty() || !code_.at(end); code_.skip_lines()) {
    argument(call, keywords);
    code_.skip_blanks();
    if (!code_.accept(",")) break;
  }
  return keywords;
}

void Parser::argument(CallNode& call, HashNode& keywords) {
  if (label(keywords)) return;
  if (code_.accept("&")) {
    call.block = block_of_method();
    return;
  }
  const NodePtr value = expression();
  code_.skip_blanks();
  if (code_.accept("=>")) {
    keywords.pairs.emplace_back(value, expression());
    return;
  }
  if (!keywords.pairs.empty()) unexpected();
  call.arguments.push_back(value);
}

// `name: value` or `"name": value`
bool Parser::label(HashNode& hash) {
  const size_t position = code_.position();
  const std::string_view rest = code_.rest();
  const bool quoted = rest.starts_with('"') || rest.starts_with('\'');
  std::string_view name = code_.word();
  if (quoted) name = rest.substr(1, std::min(rest.find_first_of("\"'\\#", 1), rest.size()) - 1);
  const size_t size = name.size() + (quoted ? 2 : 0);
  const bool closed = !quoted || rest.substr(size - 1).starts_with(rest[0]);
  const std::string_view behind = rest.substr(std::min(size, rest.size()));
  if (size == 0 || !closed || !behind.starts_with(':') || behind.starts_with("::")) return false;
  code_.take(size + 1);
  const NodePtr key = text_node(position, std::string(name), StringNode::Kind::symbol);
  hash.pairs.emplace_back(key, expression());
  return true;
}

// Whether an argument without parentheses follows.
bool Parser::operand_follows() const {
  Reader ahead = code_;
  if (!ahead.skip_blanks() || ahead.at_end_of_line()) return false;
  const char c = ahead.peek(), next = ahead.peek(1);
  if (const std::string_view word = ahead.word(); !word.empty()) return !starts_no_operand(word);
  if (is_digit(c) || is_one_of(c, "\"'`@$[(")) return true;
  // May also be an operator: it is one unless it touches only the next operand.
  if (is_space(next) || next == '=') return false;
  return is_one_of(c, "-!/%:") ? next != c : c == '&' && next == ':';
}

// After &: a symbol.
const BlockNode* Parser::block_of_method() {
  if (code_.peek() != ':') unexpected();
  code_.take();
  BlockNode made;
  made.method = code_.take(code_.word().size());
  if (made.method.empty()) unexpected();
  program_.blocks.push_back(std::move(made));
  return &program_.blocks.back();
}

const BlockNode* Parser::block(std::string_view end) {
  const auto level = deeper();
  const Temporarily guard(takes_do_, true);
  const size_t position = code_.position();
  scopes_.emplace_back();
  code_.take(end == "}" ? 1 : 2);
  code_.skip_lines();
  BlockNode made;
  if (code_.accept("|")) made.parameters = parameters("|");
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

// Up to and including `end`.
std::vector<Parameter> Parser::parameters(std::string_view end) {
  const auto level = deeper();
  std::vector<Parameter> list;
  do {
    code_.skip_blanks();
    if (code_.accept("(")) {
      list.push_back({"", parameters(")")});
    } else {
      const std::string name(code_.take_while(is_name_character));
      if (name.empty() || is_digit(name[0])) unexpected();
      declare(name);
      list.push_back({name});
    }
    code_.skip_blanks();
  } while (code_.accept(","));
  expect(end);
  return list;
}

}  // namespace kamal::erb
