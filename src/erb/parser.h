#pragma once

#include <initializer_list>
#include <string>
#include <string_view>
#include <vector>

#include "erb/ast.h"
#include "erb/limits.h"
#include "erb/source.h"

namespace kamal::erb {

// A cursor in Ruby code that advances over blanks, words and operators.
class Reader {
 public:
  explicit Reader(std::string_view code) : code_(code) {}

  size_t position() const { return position_; }
  bool done() const { return position_ >= code_.size(); }
  char peek(size_t offset = 0) const {
    return position_ + offset < code_.size() ? code_[position_ + offset] : '\0';
  }
  std::string_view rest() const { return code_.substr(position_); }
  char take() { return done() ? '\0' : code_[position_++]; }
  std::string_view take(size_t count);
  std::string_view take_while(bool (*wanted)(char));

  // Skips blanks, comments, and line ends before a line that starts with .method. Returns whether there were
  // any.
  bool skip_blanks();
  // Also skips all line ends, where code continues after an operator or in brackets.
  void skip_lines();
  void skip_separators();  // of statements: line ends and ;

  std::string_view word() const;  // a name or keyword, with its ? or !; "" for none
  bool at_word(std::string_view wanted) const { return word() == wanted; }
  bool accept_word(std::string_view wanted);
  std::string_view operation() const;  // an operator or bracket; "" for none
  bool at(std::string_view wanted) const { return operation() == wanted; }
  bool accept(std::string_view wanted);
  bool at_end_of_line() const { return done() || peek() == '\n' || peek() == ';'; }

 private:
  void skip(bool (*over)(std::string_view));

  std::string_view code_;
  size_t position_ = 0;
};

// Whether it is a word that ends or continues an expression, or that only Ruby supports.
bool starts_no_operand(std::string_view word);

// Parses Ruby code to nodes: the part of the language that configurations use. Each function parses one
// construct and stops right after it. Throws NotUnderstood.
class Parser {
 public:
  // `locals`: variables that exist before the code starts.
  explicit Parser(const Source& source, Names locals = {});
  Program parse();

 private:
  // Statements (parser.cpp)
  Node* statements(std::initializer_list<std::string_view> ends);
  Node* statement();
  Node* with_modifier(Node* body);
  Node* expression_statement();
  Node* multiple_assignment(Node* first);
  Node* if_expression();
  Node* case_expression();
  Node* begin_expression();
  Node* body_with_rescue(size_t position);
  BeginNode::Rescue rescue_clause();
  Node* next_expression();

  // Expressions (parser_expressions.cpp)
  Node* expression();
  Node* assignment(Node* target, const std::string& operation);
  Node* ternary();
  Node* range();
  Node* binary(int precedence);
  Node* binary_node(std::string_view operation, NodePtr left, NodePtr right, size_t position);
  Node* unary();
  Node* postfix();
  Node* primary();
  Node* keyword_expression();
  Node* parentheses();

  // Calls and blocks (parser_calls.cpp)
  Node* method_call(NodePtr receiver, CallNode::Safety safety);
  Node* constant();
  Node* variable_or_call();
  Node* index(NodePtr receiver);
  Node* call_with_arguments(size_t position, CallNode call);
  void arguments(CallNode& call);
  HashNode argument_list(CallNode& call, std::string_view end);
  void arguments_in_brackets(CallNode& call, std::string_view end);
  void argument(CallNode& call, HashNode& keywords);
  bool label(HashNode& hash);
  bool operand_follows() const;
  const BlockNode* block_of_method();
  const BlockNode* block(std::string_view end);
  std::vector<Parameter> parameters(std::string_view end);

  // Literals (parser_literals.cpp)
  Node* number();
  Node* quoted();
  Node* regexp();
  Node* symbol();
  Node* percent_literal();
  Node* string(StringNode::Kind kind, bool interpolates);
  std::vector<StringPiece> pieces(bool interpolates, bool is_regexp = false);
  void escape(std::string& text, char close, bool interpolates, bool is_regexp);
  Node* words(StringNode::Kind kind);
  Node* array();
  Node* hash();

  Node* node(size_t position, NodeContent content);
  void become_target(Node* target);
  Node* text_node(size_t position, std::string text, StringNode::Kind kind = StringNode::Kind::string);

  void expect(std::string_view operation);
  void expect_end(std::string_view opened_by, size_t opened_at);
  bool ends_here(std::initializer_list<std::string_view> ends) const;
  [[noreturn]] void unexpected() const;
  [[noreturn]] void fail(const std::string& why) const { throw NotUnderstood(code_.position(), why); }

  Temporarily<int> deeper();  // one level of nested code
  bool is_local(std::string_view name) const;
  void declare(std::string_view name);

  const Source& source_;
  Program program_;
  std::vector<Names> scopes_;  // of the variables
  Reader code_;
  int nesting_ = 0;
  bool takes_do_ = true;  // false if `do` belongs to the enclosing call: `puts x do`
};

}  // namespace kamal::erb
