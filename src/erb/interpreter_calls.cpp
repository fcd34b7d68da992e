// Calls, blocks and parameters.
#include <algorithm>
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
  if (method.most < 0) return std::to_string(method.least) + "+";
  if (method.least == method.most) return std::to_string(method.least);
  return std::to_string(method.least) + ".." + std::to_string(method.most);
}

}  // namespace

// A scope of its own for a block's or a method's variables. It is used again when no block kept hold of it.
class Interpreter::ScopeGuard {
 public:
  ScopeGuard(Interpreter& in, Scope* parent) : in_(in), before_(in.scope_), kept_before_(in.kept_blocks_) {
    if (in.unused_scopes_.empty()) {
      in.limits_.allocate(sizeof(Scope));
      in.scopes_.emplace_back();
      in.unused_scopes_.push_back(&in.scopes_.back());
    }
    in.scope_ = in.unused_scopes_.back();
    in.unused_scopes_.pop_back();
    in.scope_->parent = parent;
    own_ = in.scope_;
  }
  ~ScopeGuard() {
    in_.scope_ = before_;
    if (in_.kept_blocks_ != kept_before_) return;
    own_->variables.clear();
    in_.unused_scopes_.push_back(own_);
  }
  ScopeGuard(const ScopeGuard&) = delete;
  ScopeGuard& operator=(const ScopeGuard&) = delete;

 private:
  Interpreter& in_;
  Scope* before_;
  Scope* own_ = nullptr;
  size_t kept_before_;
};

Value Interpreter::eval(const CallNode& node) {
  const size_t position = position_;
  const Value receiver = evaluate(node.receiver);
  if (node.safety == CallNode::Safety::safe && kind_of(receiver) == Kind::nil) return {};
  std::vector<Value> arguments = values_of(node.arguments);
  if (node.block != nullptr) return call_with_block(node, receiver, arguments, position);
  Proc storage;
  Proc* const block = node.block_argument ? block_argument(node.block_argument, storage) : nullptr;
  position_ = position;
  return call_node(node, receiver, arguments, block);
}

Value Interpreter::call_with_block(const CallNode& node, const Value& receiver, std::vector<Value>& arguments,
                                   size_t position) {
  Proc block;
  block.code = node.block;
  block.scope = scope_;
  block.home = &block;
  block.method_frame = method_frame_;
  position_ = position;
  try {
    return call_node(node, receiver, arguments, &block);
  } catch (const BreakFlow& flow) {
    if (flow.home != &block) throw;
    return flow.value;
  }
}

Value Interpreter::call_node(const CallNode& node, const Value& receiver, std::vector<Value>& arguments,
                             Proc* block) {
  if (node.receiver == nullptr) return call_function(node.name, std::move(arguments), block);
  return call(receiver, node.name, std::move(arguments), block);
}

// &:name, &block or &nil.
Proc* Interpreter::block_argument(NodePtr node, Proc& storage) {
  const Value value = evaluate(node);
  if (kind_of(value) == Kind::nil) return nullptr;
  if (auto* proc = as<Proc>(value)) return proc;
  const auto* symbol = std::get_if<const Symbol*>(&value);
  if (symbol == nullptr) beyond("this kind of block");
  storage.kind = Proc::Kind::method;
  storage.method = (*symbol)->text;
  return &storage;
}

Value Interpreter::call(const Value& self, std::string_view name, std::vector<Value> arguments, Proc* block) {
  limits_.step(1 + cost_of(self));
  if (const auto* constant = std::get_if<const Constant*>(&self)) {
    return call_class(**constant, name, arguments, block);
  }
  const Method* const method = find_method(kind_of(self), name);
  if (method == nullptr) no_method(self, name);
  return run_method(*method, name, self, arguments, block);
}

Value Interpreter::call_class(const Constant& receiver, std::string_view name, std::vector<Value>& arguments,
                              Proc* block) {
  const Value self = &receiver;
  if (const Method* method = find_class_function(receiver.path + "." + std::string(name))) {
    return run_method(*method, name, self, arguments, block);
  }
  if (is_exception(receiver.path)) {
    if (const Method* method = find_class_function("Exception." + std::string(name))) {
      return run_method(*method, name, self, arguments, block);
    }
  }
  const Method* const method = find_method(Kind::constant, name);
  if (method == nullptr) beyond("`" + receiver.path + "." + std::string(name) + "`");
  return run_method(*method, name, self, arguments, block);
}

Value Interpreter::call_function(std::string_view name, std::vector<Value> arguments, Proc* block) {
  limits_.step();
  const auto definition = definitions_.find(name);
  if (definition != definitions_.end()) return call_definition(*definition->second, arguments);
  const Method* const method = find_function(name);
  if (method == nullptr) raise("NameError", "undefined local variable or method '" + std::string(name) + "'");
  return run_method(*method, name, Value(), arguments, block);
}

Value Interpreter::run_method(const Method& method, std::string_view name, const Value& self,
                              std::vector<Value>& arguments, Proc* block) {
  if (!accepts(method, arguments.size())) {
    raise("ArgumentError", "wrong number of arguments (given " + std::to_string(arguments.size()) +
                               ", expected " + expected(method) + ")");
  }
  Call call(*this, name, self, arguments, block);
  return method.run(call);
}

void Interpreter::no_method(const Value& self, std::string_view name) {
  const std::string who = kind_of(self) == Kind::nil       ? "nil"
                          : kind_of(self) == Kind::boolean ? to_s(self)
                                                           : "an instance of " + class_name(self);
  if (only_ruby_has(kind_of(self), name)) beyond("the method `" + std::string(name) + "` of " + who);
  raise("NoMethodError", "undefined method '" + std::string(name) + "' for " + who);
}

Value Interpreter::call_definition(const DefinitionNode& definition, std::vector<Value>& arguments) {
  const Limits::Level level(limits_);
  const char frame = 0;  // its address tells this call
  const auto& parameters = definition.block.parameters;
  const bool open = std::any_of(parameters.begin(), parameters.end(),
                                [](const Parameter& one) { return one.kind == Parameter::Kind::splat; });
  const auto needed =
      static_cast<size_t>(std::count_if(parameters.begin(), parameters.end(), [](const Parameter& one) {
        return one.kind != Parameter::Kind::splat && one.fallback == nullptr;
      }));
  const Method shape{definition.name, static_cast<int>(needed),
                     open ? -1 : static_cast<int>(parameters.size()), nullptr};
  if (!accepts(shape, arguments.size())) {
    raise("ArgumentError", "wrong number of arguments (given " + std::to_string(arguments.size()) +
                               ", expected " + expected(shape) + ")");
  }
  const void* const outer = std::exchange(method_frame_, &frame);
  const ScopeGuard scope(*this, nullptr);
  struct Restore {
    const void*& place;
    const void* value;
    ~Restore() { place = value; }
  } const restore{method_frame_, outer};
  try {
    bind(parameters, arguments);
    return evaluate(definition.block.body);
  } catch (const ReturnFlow& flow) {
    if (flow.frame != &frame) throw;
    return flow.value;
  }
}

Value Interpreter::yield(Proc& proc, std::vector<Value> arguments) {
  limits_.step();
  if (proc.kind == Proc::Kind::collecting) {
    limits_.allocate(sizeof(Value));
    proc.collected->push_back(arguments.size() == 1 ? arguments.front() : heap_.array(std::move(arguments)));
    return {};
  }
  if (proc.kind == Proc::Kind::counting) {
    arguments.emplace_back(proc.index++);
    if (arguments.size() > 2) {  // of a hash: |(key, value), index|
      const Value index = arguments.back();
      arguments.pop_back();
      arguments = {heap_.array(std::move(arguments)), index};
    }
    return yield(*proc.inner, std::move(arguments));
  }
  if (proc.kind == Proc::Kind::method) {
    if (arguments.empty()) raise("ArgumentError", "no receiver given");
    const Value self = arguments.front();
    arguments.erase(arguments.begin());
    return call(self, proc.method, std::move(arguments));
  }
  return yield_code(proc, arguments);
}

Value Interpreter::yield_code(Proc& proc, std::vector<Value>& arguments) {
  const Limits::Level level(limits_);
  const size_t position = position_;
  const ScopeGuard scope(*this, proc.scope);
  const bool lambda = proc.kind == Proc::Kind::lambda;
  struct Restore {
    Interpreter& in;
    const void* home;
    const void* frame;
    ~Restore() {
      in.home_ = home;
      in.method_frame_ = frame;
    }
  } const restore{*this, home_, method_frame_};
  home_ = lambda ? &scope : proc.home;
  method_frame_ = lambda ? static_cast<const void*>(&scope) : proc.method_frame;
  const auto& parameters = proc.code->parameters;
  if (lambda && arguments.size() < parameters.size() &&
      parameters[arguments.size()].kind == Parameter::Kind::plain &&
      parameters[arguments.size()].fallback == nullptr) {
    raise("ArgumentError", "wrong number of arguments (given " + std::to_string(arguments.size()) +
                               ", expected " + std::to_string(parameters.size()) + ")");
  }
  if (!lambda && parameters.size() > 1 && arguments.size() == 1) {
    if (const auto* list = as<Array>(arguments[0])) arguments = std::vector<Value>(list->items);
  }
  try {
    bind(parameters, arguments);
    const Value value = evaluate(proc.code->body);
    position_ = position;
    return value;
  } catch (const NextFlow& flow) {
    position_ = position;
    return flow.value;
  } catch (const ReturnFlow& flow) {
    if (flow.frame != &scope) throw;
    return flow.value;
  } catch (const BreakFlow& flow) {
    if (flow.home != &scope) throw;
    return flow.value;
  }
}

// Gives values to parameters as blocks do: what is missing is nil, what is too much is dropped.
void Interpreter::bind(const std::vector<Parameter>& parameters, std::vector<Value>& values) {
  const auto plain =
      static_cast<size_t>(std::count_if(parameters.begin(), parameters.end(), [](const Parameter& one) {
        return one.kind != Parameter::Kind::splat && one.fallback == nullptr;
      }));
  const auto with_fallback = static_cast<size_t>(std::count_if(
      parameters.begin(), parameters.end(), [](const Parameter& one) { return one.fallback != nullptr; }));
  size_t for_fallbacks = values.size() > plain ? std::min(values.size() - plain, with_fallback) : 0;
  const size_t for_splat = values.size() > plain + for_fallbacks ? values.size() - plain - for_fallbacks : 0;
  size_t next = 0;
  for (const Parameter& parameter : parameters) {
    if (parameter.kind == Parameter::Kind::splat) {
      const auto first = values.begin() + static_cast<std::ptrdiff_t>(std::min(next, values.size()));
      const auto last = first + static_cast<std::ptrdiff_t>(for_splat);
      declare(parameter.name, heap_.array(std::vector<Value>(first, last)));
      next += for_splat;
    } else if (parameter.fallback != nullptr && for_fallbacks == 0) {
      bind_one(parameter, evaluate(parameter.fallback));
    } else {
      if (parameter.fallback != nullptr) --for_fallbacks;
      bind_one(parameter, next < values.size() ? values[next] : Value());
      ++next;
    }
  }
}

void Interpreter::bind_one(const Parameter& parameter, const Value& value) {
  if (parameter.kind == Parameter::Kind::nested) {
    std::vector<Value> values = as<Array>(value) ? as<Array>(value)->items : std::vector<Value>{value};
    bind(parameter.nested, values);
  } else {
    declare(parameter.name, value);
  }
}

void Interpreter::declare(std::string_view name, const Value& value) {
  if (name.empty()) return;
  limits_.allocate(sizeof(Value));
  scope_->variables.emplace_back(name, value);
}

Proc* Interpreter::keep(const Proc& proc) {
  ++kept_blocks_;
  auto* kept = heap_.make<Proc>();
  *kept = proc;
  return kept;
}

}  // namespace kamal::erb
