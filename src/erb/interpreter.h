#pragma once

#include <deque>
#include <map>
#include <string>
#include <string_view>
#include <vector>

#include "erb/ast.h"
#include "erb/builtins.h"
#include "erb/source.h"
#include "erb/value.h"
#include "kamal/erb/template.h"

namespace kamal::erb {

// Runs a template's code. Side effects go through its context and are recorded in touched_outside().
class Interpreter {
 public:
  Interpreter(Sources& sources, TemplateContext& context) : sources_(sources), context_(context) {}

  // The rendered text. Throws RubyError, NotUnderstood and LimitReached.
  std::string run(const Program& program);
  // Whether a command or another side effect ran that must not run twice.
  bool touched_outside() const { return touched_outside_; }
  size_t position() const { return position_; }
  const std::string& printed() const { return printed_; }

  // For built-in methods:
  Value call(const Value& self, std::string_view name, Values arguments, Block* block = nullptr);
  Value call_function(std::string_view name, Values arguments, Block* block = nullptr);
  Value yield(Block& block, Values arguments);
  std::string to_s(const Value& value) { return erb::to_s(value, limits_); }
  std::string inspect(const Value& value) { return erb::inspect(value, limits_); }
  bool equal(const Value& a, const Value& b) { return erb::equal(a, b, limits_); }
  bool matches(const Value& pattern, const Value& value);  // pattern === value
  std::string render(const Template& one, Scope* scope);
  Scope* new_scope(Scope* parent);  // lives as long as the interpreter
  Value binding();                  // with the current variables
  // Runs a command in backticks as Ruby does: through a shell only if it needs one. Sets $?. Raises
  // Errno::ENOENT for a missing program; throws LimitReached if it times out. (ruby.cpp)
  std::string run_command(const std::string& command);
  // RUBY_VERSION: that of the installed ruby, queried once; a recent one without ruby. (ruby.cpp)
  std::string ruby_version();
  void print(const std::string& text) { printed_ += text; }
  void set_match(MatchData* match) { last_match_ = match ? Value(match) : Value(); }
  Value last_error() const { return last_error_; }  // the one being rescued
  [[noreturn]] void raise(std::string_view class_name, std::string message);
  [[noreturn]] void no_method(const Value& self, std::string_view name);
  [[noreturn]] void beyond(const std::string& why) { throw NotUnderstood(position_, why); }

  Limits& limits() { return limits_; }
  Heap& heap() { return heap_; }
  TemplateContext& context() { return context_; }

 private:
  struct NextFlow {  // thrown by `next`
    Value value;
  };

  Value evaluate(NodePtr node);

  Value eval(const OutputNode& node);
  Value eval(const LiteralNode& node);
  Value eval(const StringNode& node);
  Value eval(const RegexpNode& node);
  Value eval(const ArrayNode& node);
  Value eval(const HashNode& node);
  Value eval(const RangeNode& node);
  Value eval(const VariableNode& node);
  Value eval(const ConstantNode& node);
  Value eval(const CallNode& node);
  Value eval(const LogicNode& node);
  Value eval(const NotNode& node);
  Value eval(const DefinedNode& node);
  Value eval(const IfNode& node);
  Value eval(const CaseNode& node);
  Value eval(const BeginNode& node);
  Value eval(const AssignNode& node);
  Value eval(const MultipleAssignNode& node);
  Value eval(const SequenceNode& node);
  Value eval(const NextNode& node);

  std::string joined(const std::vector<StringPiece>& pieces);
  Values values_of(const std::vector<NodePtr>& nodes);
  Value global(const std::string& name);
  Value* local(std::string_view name);
  void set_local(std::string_view name, const Value& value);
  void assign(NodePtr target, const Value& value);
  Value run_method(const Method& method, std::string_view name, const Value& self, Values& arguments,
                   Block* block);
  void bind(const std::vector<Parameter>& parameters, const Values& values);

  Sources& sources_;
  TemplateContext& context_;
  Limits limits_;
  Heap heap_{limits_};
  std::string output_;
  std::string printed_;
  size_t position_ = 0;
  bool touched_outside_ = false;

  std::deque<Scope> scopes_;
  Scope* scope_ = nullptr;
  std::map<std::string, Value, std::less<>> instance_variables_;
  Value last_match_;
  Value last_status_;
  Value last_error_;
  std::string ruby_version_;  // "": unknown
};

// --- An installed ruby (ruby.cpp)

bool has_ruby(const TemplateContext& context);

struct RubyResult {
  bool ok = false;
  std::string text;     // the rendered template, or the exception's message
  std::string printed;  // what the template's code printed
  int line = 0;         // of the exception; 0: unknown
};

// Evaluates the whole template with the installed ruby. Its changes to ENV are applied to the context.
RubyResult render_with_ruby(std::string_view text, TemplateContext& context);

}  // namespace kamal::erb
