// Calls of methods and blocks, and nested templates: each has its own output, and the variables of a binding
// or none.
#include <utility>

#include "erb/interpreter.h"

namespace kamal::erb {
namespace {

// Long texts and lists cost more than short ones.
size_t cost_of(const Value& value) {
  if (const auto* text = as<String>(value)) return text->text.size() / 128;
  if (const auto* list = as<Array>(value)) return list->items.size() / 8;
  if (const auto* hash = as<Hash>(value)) return hash->entries.size() / 8;
  return 0;
}

std::string expected(const Method& method) {
  if (method.max_args < 0) return std::to_string(method.min_args) + "+";
  if (method.min_args == method.max_args) return std::to_string(method.min_args);
  return std::to_string(method.min_args) + ".." + std::to_string(method.max_args);
}

}  // namespace

Value Interpreter::eval(const CallNode& node) {
  const size_t position = position_;
  const Value receiver = evaluate(node.receiver);
  if (node.safety == CallNode::Safety::safe && is_nil(receiver)) return {};
  Values arguments = values_of(node.arguments);
  position_ = position;
  Block block{node.block, scope_};
  Block* const given = node.block ? &block : nullptr;
  if (node.receiver == nullptr) return call_function(node.name, std::move(arguments), given);
  return call(receiver, node.name, std::move(arguments), given);
}

Value Interpreter::call(const Value& self, std::string_view name, Values arguments, Block* block) {
  limits_.step(1 + cost_of(self));
  const Method* const method = find_method(self, name);
  if (method == nullptr) no_method(self, name);
  return run_method(*method, name, self, arguments, block);
}

Value Interpreter::call_function(std::string_view name, Values arguments, Block* block) {
  limits_.step();
  const Method* const method = find_function(name);
  if (method == nullptr) raise("NameError", "undefined local variable or method '" + std::string(name) + "'");
  return run_method(*method, name, Value(), arguments, block);
}

Value Interpreter::run_method(const Method& method, std::string_view name, const Value& self,
                              Values& arguments, Block* block) {
  if (!accepts(method, arguments.size())) {
    raise("ArgumentError", "wrong number of arguments (given " + std::to_string(arguments.size()) +
                               ", expected " + expected(method) + ")");
  }
  Call call{*this, name, self, arguments, block};
  return method.run(call);
}

// Unlike other values, nil and booleans have hardly any further methods in Ruby.
void Interpreter::no_method(const Value& self, std::string_view name) {
  const std::string what = "method '" + std::string(name) + "' for ";
  if (is_nil(self) || as<bool>(self)) raise("NoMethodError", "undefined " + what + type_text(self));
  beyond("the " + what + "an instance of " + class_name(self));
}

Value Interpreter::yield(Block& block, Values arguments) {
  limits_.step();
  if (!block.code->method.empty()) {
    const Value self = arguments.at(0);
    arguments.erase(arguments.begin());
    return call(self, block.code->method, std::move(arguments));
  }
  const auto level = limits_.deeper();
  const size_t position = position_;
  const Temporarily inside(scope_, new_scope(block.scope));
  const auto& parameters = block.code->parameters;
  const auto* list = parameters.size() > 1 && arguments.size() == 1 ? as<Array>(arguments[0]) : nullptr;
  bind(parameters, list ? list->items : arguments);
  Value value;
  try {
    value = evaluate(block.code->body);
  } catch (const NextFlow& flow) {
    value = flow.value;
  }
  position_ = position;
  return value;
}

// Missing arguments are nil, extra ones are dropped.
void Interpreter::bind(const std::vector<Parameter>& parameters, const Values& values) {
  for (size_t i = 0; i < parameters.size(); ++i) {
    const Value value = i < values.size() ? values[i] : Value();
    if (!parameters[i].nested.empty()) {
      bind(parameters[i].nested, as<Array>(value) ? as<Array>(value)->items : Values{value});
      continue;
    }
    limits_.allocate(sizeof(Value));
    scope_->variables.emplace_back(parameters[i].name, value);
  }
}

Scope* Interpreter::new_scope(Scope* parent) {
  limits_.allocate(sizeof(Scope));
  scopes_.emplace_back();
  scopes_.back().parent = parent;
  return &scopes_.back();
}

Value Interpreter::binding() {
  auto* const made = heap_.make<Binding>();
  made->scope = new_scope(scope_);
  return made;
}

std::string Interpreter::render(const Template& one, Scope* scope) {
  const auto level = limits_.deeper();
  limits_.step(100 + one.text.size() / 8);
  const size_t position = position_;
  InnerTemplate inner{one.file, position, one.trim_mode};
  for (const Scope* around = scope; around != nullptr; around = around->parent) {
    for (const auto& [name, value] : around->variables) inner.locals.emplace(name);
  }
  const Program& program = sources_.read(one.text, inner);
  limits_.allocate(one.text.size() + program.nodes.size() * sizeof(Node));
  const Temporarily<std::string> output(output_, "");
  const Temporarily inside(scope_, scope);
  evaluate(program.body);
  position_ = position;
  return std::move(output_);
}

}  // namespace kamal::erb
