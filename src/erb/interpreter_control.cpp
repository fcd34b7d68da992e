// Variables, assignments, loops, case and exceptions.
#include <algorithm>
#include <utility>

#include "erb/interpreter.h"

namespace kamal::erb {

// Whom `break` leaves, while a loop or a block runs.
class Interpreter::HomeGuard {
 public:
  HomeGuard(Interpreter& in, const void* home) : in_(in), before_(std::exchange(in.home_, home)) {}
  ~HomeGuard() { in_.home_ = before_; }
  HomeGuard(const HomeGuard&) = delete;
  HomeGuard& operator=(const HomeGuard&) = delete;

 private:
  Interpreter& in_;
  const void* before_;
};

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
  const bool group = name.size() == 2 && name[1] >= '1' && name[1] <= '9';
  if (!group) beyond("the variable " + name);
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
    else if (variable->kind == VariableNode::Kind::instance)
      instance_variables_[variable->name] = value;
    else
      beyond("assigning to " + variable->name);
  } else if (const auto* constant = target->as<ConstantNode>()) {
    constants_[constant->path] = value;
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
  // What is in front of the brackets and between them is evaluated once.
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
  const auto* list = as<Array>(value);
  assign_list(node.targets, list ? list->items : std::vector<Value>{value});
  return value;
}

void Interpreter::assign_list(const std::vector<Element>& targets, const std::vector<Value>& values) {
  size_t next = 0;
  for (size_t i = 0; i < targets.size(); ++i) {
    if (targets[i].kind == Element::Kind::plain) {
      assign(targets[i].value, next < values.size() ? values[next] : Value());
      ++next;
      continue;
    }
    const size_t behind = targets.size() - i - 1;
    const size_t count = values.size() > next + behind ? values.size() - next - behind : 0;
    const auto first = values.begin() + static_cast<std::ptrdiff_t>(std::min(next, values.size()));
    assign(targets[i].value,
           heap_.array(std::vector<Value>(first, first + static_cast<std::ptrdiff_t>(count))));
    next += count;
  }
}

Value Interpreter::eval(const WhileNode& node) {
  const char loop = 0;  // its address tells this loop
  try {
    return while_loop(node, &loop);
  } catch (const BreakFlow& flow) {
    if (flow.home != &loop) throw;
    return flow.value;
  }
}

Value Interpreter::while_loop(const WhileNode& node, const void* home) {
  const HomeGuard guard(*this, home);
  bool first = node.test == WhileNode::Test::after;
  while (std::exchange(first, false) || truthy(evaluate(node.condition)) != node.until) {
    limits_.step();
    try {
      evaluate(node.body);
    } catch (const NextFlow&) {
      limits_.step(10);
    }
  }
  return {};
}

Value Interpreter::eval(const ForNode& node) {
  const char loop = 0;
  const Value values = evaluate(node.values);
  try {
    const HomeGuard guard(*this, &loop);
    for (const Value& value : splat(values)) {
      limits_.step();
      assign_parameter(node.variable, value);
      try {
        evaluate(node.body);
      } catch (const NextFlow&) {
        limits_.step(10);
      }
    }
  } catch (const BreakFlow& flow) {
    if (flow.home != &loop) throw;
    return flow.value;
  }
  return values;
}

// The variables of `for` belong to what is around it.
void Interpreter::assign_parameter(const Parameter& parameter, const Value& value) {
  if (parameter.kind == Parameter::Kind::plain) return set_local(parameter.name, value);
  const auto* list = as<Array>(value);
  if (parameter.kind == Parameter::Kind::splat || list == nullptr) beyond("this kind of variable of `for`");
  for (size_t i = 0; i < parameter.nested.size(); ++i) {
    assign_parameter(parameter.nested[i], i < list->items.size() ? list->items[i] : Value());
  }
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

Value Interpreter::eval(const JumpNode& node) {
  const size_t position = position_;
  limits_.step(10);
  const Value value = evaluate(node.value);
  position_ = position;
  if (node.kind == JumpNode::Kind::next) throw NextFlow{value};
  if (node.kind == JumpNode::Kind::leave) throw BreakFlow{home_, value};
  throw ReturnFlow{method_frame_, value};
}

Value Interpreter::eval(const BeginNode& node) {
  if (node.ensure_body == nullptr) return rescued(node);
  Value value;
  try {
    value = rescued(node);
  } catch (const std::exception&) {
    throw;  // not of the template's code
  } catch (...) {
    evaluate(node.ensure_body);
    throw;
  }
  evaluate(node.ensure_body);
  return value;
}

Value Interpreter::rescued(const BeginNode& node) {
  if (node.rescues.empty()) {
    const Value value = evaluate(node.body);
    return node.else_body ? evaluate(node.else_body) : value;
  }
  try {
    const Value value = evaluate(node.body);
    if (node.else_body == nullptr) return value;
  } catch (const RubyError& raised) {
    limits_.step(10);
    const auto handler = std::find_if(node.rescues.begin(), node.rescues.end(),
                                      [&](const auto& clause) { return rescues(clause, *raised.error); });
    if (handler == node.rescues.end()) throw;
    struct Restore {
      Value& place;
      Value before;
      ~Restore() { place = before; }
    } const restore{last_error_, std::exchange(last_error_, raised.error)};
    if (!handler->variable.empty()) set_local(handler->variable, raised.error);
    return evaluate(handler->body);
  }
  return evaluate(node.else_body);
}

bool Interpreter::rescues(const BeginNode::Rescue& clause, const Error& error) {
  if (clause.classes.empty()) return is_a(error.class_name, "StandardError");
  return std::any_of(clause.classes.begin(), clause.classes.end(), [&](NodePtr node) {
    const auto* name = node->as<ConstantNode>();
    if (name == nullptr) beyond("this kind of rescue");
    return is_a(error.class_name, name->path);
  });
}

}  // namespace kamal::erb
