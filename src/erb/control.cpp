// Variables, assignments, case and exceptions.
#include <algorithm>
#include <utility>

#include "erb/interpreter.h"

namespace kamal::erb {

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
    std::vector<Value> arguments = values_of(index->arguments);
    arguments.push_back(value);
    position_ = target->position;
    call(receiver, "[]=", std::move(arguments));
  }
}

Value Interpreter::eval(const OperatorAssignNode& node) {
  const size_t position = position_;
  const auto* index = node.target->as<CallNode>();
  // What is before the brackets and between them is evaluated once.
  const Value receiver = index ? evaluate(index->receiver) : Value();
  std::vector<Value> arguments = index ? values_of(index->arguments) : std::vector<Value>();
  const Value before = index ? call(receiver, "[]", arguments) : evaluate(node.target);
  const bool logic = node.operation == "||" || node.operation == "&&";
  if (logic && truthy(before) == (node.operation == "||")) return before;
  Value value = evaluate(node.value);
  position_ = position;
  if (!logic) value = call(before, node.operation, {value});
  if (!index) {
    assign(node.target, value);
  } else {
    arguments.push_back(value);
    call(receiver, "[]=", std::move(arguments));
  }
  return value;
}

Value Interpreter::eval(const MultipleAssignNode& node) {
  const Value value = evaluate(node.value);
  const std::vector<Value> values = as<Array>(value) ? as<Array>(value)->items : std::vector<Value>{value};
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
      return clause.classes.empty() ? is_of("StandardError")
                                    : std::any_of(clause.classes.begin(), clause.classes.end(), is_of);
    };
    const auto handler = std::find_if(node.rescues.begin(), node.rescues.end(), rescues);
    if (handler == node.rescues.end()) throw;
    struct Restore {
      Value& place;
      Value before;
      ~Restore() { place = before; }
    } const restore{last_error_, std::exchange(last_error_, raised.error)};
    if (!handler->variable.empty()) set_local(handler->variable, raised.error);
    return evaluate(handler->body);
  }
}

}  // namespace kamal::erb
