#include "erb/interpreter.h"

#include <algorithm>
#include <utility>

#include "erb/regexp.h"

namespace kamal::erb {

std::string Interpreter::run(const Program& program) {
  scope_ = new_scope(nullptr);
  evaluate(program.body);
  return std::move(output_);
}

Value Interpreter::evaluate(NodePtr node) {
  if (node == nullptr) return {};
  limits_.step();
  const auto level = limits_.deeper();
  position_ = node->position;
  return std::visit([this](const auto& content) { return eval(content); }, node->content);
}

Value Interpreter::eval(const OutputNode& node) {
  const std::string text = to_s(evaluate(node.value));
  limits_.allocate(text.size());
  output_ += text;
  return {};
}

Value Interpreter::eval(const LiteralNode& node) {
  return std::visit([](const auto& value) { return Value(value); }, node.value);
}

std::string Interpreter::joined(const std::vector<StringPiece>& pieces) {
  std::string text;
  for (const StringPiece& piece : pieces) {
    const size_t before = text.size();
    if (const auto* literal = std::get_if<std::string>(&piece))
      text += *literal;
    else
      text += to_s(evaluate(std::get<NodePtr>(piece)));
    limits_.allocate(text.size() - before);
  }
  return text;
}

Value Interpreter::eval(const StringNode& node) {
  std::string text = joined(node.pieces);
  if (node.kind == StringNode::Kind::symbol) return heap_.symbol(text);
  if (node.kind == StringNode::Kind::command) return heap_.string(run_command(text));
  return heap_.string(std::move(text));
}

Value Interpreter::eval(const RegexpNode& node) {
  return make_regexp(*this, joined(node.pieces), node.options);
}

Values Interpreter::values_of(const std::vector<NodePtr>& nodes) {
  Values values;
  for (const NodePtr node : nodes) values.push_back(evaluate(node));
  return values;
}

Value Interpreter::eval(const ArrayNode& node) { return heap_.array(values_of(node.elements)); }

Value Interpreter::eval(const HashNode& node) {
  auto* hash = heap_.make<Hash>();
  hash->keywords = node.form == HashNode::Form::arguments;
  for (const auto& [key, value] : node.pairs) {
    Value name = evaluate(key);
    if (const auto* text = as<String>(name)) name = heap_.string(text->text);
    set(*hash, name, evaluate(value), limits_);
  }
  return hash;
}

Value Interpreter::eval(const RangeNode& node) {
  auto* range = heap_.make<Range>();
  range->first = evaluate(node.first);
  range->last = evaluate(node.last);
  range->exclusive = node.exclusive;
  const bool open = node.last == nullptr;
  if (!open && compare(range->first, range->last, limits_) == std::partial_ordering::unordered)
    raise("ArgumentError", "bad value for range");
  return range;
}

Value Interpreter::eval(const LogicNode& node) {
  const Value left = evaluate(node.left);
  const bool decided = truthy(left) == (node.kind == LogicNode::Kind::either);
  return decided ? left : evaluate(node.right);
}

Value Interpreter::eval(const NotNode& node) { return !truthy(evaluate(node.value)); }

Value Interpreter::eval(const IfNode& node) {
  return evaluate(truthy(evaluate(node.condition)) ? node.then_body : node.else_body);
}

Value Interpreter::eval(const SequenceNode& node) {
  Value last;
  for (const NodePtr statement : node.statements) last = evaluate(statement);
  return last;
}

// Of what the check allows: variables, classes, and methods of Rails, which is not loaded.
Value Interpreter::eval(const DefinedNode& node) {
  if (const auto* variable = node.value->as<VariableNode>()) {
    if (variable->kind == VariableNode::Kind::local) return heap_.string("local-variable");
    return instance_variables_.count(variable->name) ? heap_.string("instance-variable") : Value();
  }
  const auto* name = node.value->as<ConstantNode>();
  return name && is_known_constant(name->path) ? heap_.string("constant") : Value();
}

Value Interpreter::eval(const ConstantNode& node) {
  Values none;
  if (const Method* const value = find_constant(node.path))
    return run_method(*value, node.path, Value(), none, nullptr);
  if (!is_known_constant(node.path)) raise("NameError", "uninitialized constant " + node.path);
  return heap_.constant(node.path);
}

void Interpreter::raise(std::string_view class_name, std::string message) {
  auto* error = heap_.make<Error>();
  error->class_name = class_name;
  error->message = std::move(message);
  error->position = position_;
  throw RubyError{error};
}

Value* Interpreter::local(std::string_view name) {
  for (Scope* scope = scope_; scope != nullptr; scope = scope->parent) {
    for (auto& [known, value] : scope->variables) {
      if (known == name) return &value;
    }
  }
  return nullptr;
}

void Interpreter::set_local(std::string_view name, const Value& value) {
  if (Value* const known = local(name)) {
    *known = value;
    return;
  }
  limits_.allocate(sizeof(Value) + sizeof(std::string_view));
  scope_->variables.emplace_back(name, value);
}

Value Interpreter::eval(const VariableNode& node) {
  if (node.kind == VariableNode::Kind::global) return global(node.name);
  if (node.kind == VariableNode::Kind::instance) {
    const auto known = instance_variables_.find(node.name);
    return known == instance_variables_.end() ? Value() : known->second;
  }
  const Value* const known = local(node.name);
  return known ? *known : Value();
}

Value Interpreter::global(const std::string& name) {
  if (name == "$?") return last_status_;
  if (name == "$~") return last_match_;
  if (name == "$!") return last_error_;
  const auto* match = as<MatchData>(last_match_);
  const auto text = match ? match->group(static_cast<size_t>(name[1] - '0')) : std::nullopt;
  return text ? heap_.string(*text) : Value();
}

Value Interpreter::eval(const AssignNode& node) {
  const Value value = evaluate(node.value);
  assign(node.target, value);
  return value;
}

void Interpreter::assign(NodePtr target, const Value& value) {
  position_ = target->position;
  if (const auto* variable = target->as<VariableNode>()) {
    if (variable->kind == VariableNode::Kind::local)
      set_local(variable->name, value);
    else
      instance_variables_[variable->name] = value;
  } else {
    const auto* index = target->as<CallNode>();
    const Value receiver = evaluate(index->receiver);
    Values arguments = values_of(index->arguments);
    arguments.push_back(value);
    position_ = target->position;
    call(receiver, "[]=", std::move(arguments));
  }
}

Value Interpreter::eval(const MultipleAssignNode& node) {
  const Value value = evaluate(node.value);
  const Values values = as<Array>(value) ? as<Array>(value)->items : Values{value};
  for (size_t i = 0; i < node.targets.size(); ++i)
    assign(node.targets[i], i < values.size() ? values[i] : Value());
  return value;
}

Value Interpreter::eval(const CaseNode& node) {
  const Value subject = evaluate(node.subject);
  for (const CaseNode::When& when : node.whens) {
    for (const Value& pattern : values_of(when.patterns)) {
      if (node.subject ? matches(pattern, subject) : truthy(pattern)) return evaluate(when.body);
    }
  }
  return evaluate(node.else_body);
}

bool Interpreter::matches(const Value& pattern, const Value& value) {
  return truthy(call(pattern, "===", {value}));
}

Value Interpreter::eval(const NextNode& node) {
  limits_.step(10);
  throw NextFlow{evaluate(node.value)};
}

Value Interpreter::eval(const BeginNode& node) {
  try {
    return evaluate(node.body);
  } catch (const RubyError& raised) {
    limits_.step(10);
    const auto rescues = [&](const BeginNode::Rescue& clause) {
      const auto is_of = [&](const std::string& name) { return is_a(raised.error->class_name, name); };
      return clause.classes.empty() ? is_of("StandardError") : std::ranges::any_of(clause.classes, is_of);
    };
    const auto handler = std::ranges::find_if(node.rescues, rescues);
    if (handler == node.rescues.end()) throw;
    const Temporarily<Value> rescued(last_error_, raised.error);
    if (!handler->variable.empty()) set_local(handler->variable, raised.error);
    return evaluate(handler->body);
  }
}

}  // namespace kamal::erb
