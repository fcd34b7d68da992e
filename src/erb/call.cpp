#include "erb/call.h"

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
  if (method.max_args < 0) return std::to_string(method.min_args) + "+";
  if (method.min_args == method.max_args) return std::to_string(method.min_args);
  return std::to_string(method.min_args) + ".." + std::to_string(method.max_args);
}

}  // namespace

Limits& Call::limits() const { return in.limits(); }

void Call::raise(std::string_view class_name, const std::string& message) const {
  in.raise(class_name, message);
}

void Call::beyond(const std::string& why) const { in.beyond(why); }

void Call::type_error(const Value& value, std::string_view wanted) const {
  raise("TypeError", "no implicit conversion of " + type_text(value) + " into " + std::string(wanted));
}

int64_t Call::integer_arg(size_t index) const {
  const Value& value = args.at(index);
  if (const auto* integer = std::get_if<int64_t>(&value)) return *integer;
  if (kind_of(value) == Kind::floating) beyond("a fraction for a whole number");
  type_error(value, "Integer");
}

size_t Call::size_arg(size_t index) const {
  const int64_t size = integer_arg(index);
  if (size < 0) raise("ArgumentError", "negative array size");
  return static_cast<size_t>(size);
}

const Hash* Call::take_options() {
  const auto* options = args.empty() ? nullptr : as<Hash>(args.back());
  if (options == nullptr || !options->keywords) return nullptr;
  args.pop_back();
  return options;
}

Value Call::option(const Hash* options, std::string_view name) const {
  const Value* const found = options ? find(*options, in.heap().symbol(name), in.limits()) : nullptr;
  return found ? *found : Value();
}

Value Call::string(std::string text) const { return in.heap().string(std::move(text)); }
Value Call::array(std::vector<Value> items) const { return in.heap().array(std::move(items)); }
Hash* Call::new_hash() const { return in.heap().make<Hash>(); }

Value Call::yield(std::vector<Value> values) const {
  if (block == nullptr) beyond("`" + std::string(name) + "` without a block");
  return in.yield(*block, std::move(values));
}

std::optional<Slice> slice_of(const Call& call, const Value& index, const Value& count, size_t size) {
  const auto end = static_cast<int64_t>(size);
  int64_t first = 0, wanted = 0;
  const auto* range = as<Range>(index);
  const auto number = [&](const Value& value, int64_t by_default) {
    const auto* integer = std::get_if<int64_t>(&value);
    if (integer == nullptr && !(range && kind_of(value) == Kind::nil)) call.type_error(value, "Integer");
    const int64_t place = integer ? *integer : by_default;
    return place < 0 && range ? place + end : place;
  };
  if (range) {
    first = number(range->first, 0);
    const bool open = kind_of(range->last) == Kind::nil;
    wanted = std::max<int64_t>(0, number(range->last, -1) - first + (range->exclusive && !open ? 0 : 1));
  } else {
    first = number(index, 0);
    if (first < 0) first += end;
    wanted = number(count, 0);
  }
  if (first < 0 || first > end || wanted < 0) return std::nullopt;
  return Slice{static_cast<size_t>(first), static_cast<size_t>(std::min(wanted, end - first))};
}

Value Interpreter::eval(const CallNode& node) {
  const size_t position = position_;
  const Value receiver = evaluate(node.receiver);
  if (node.safety == CallNode::Safety::safe && kind_of(receiver) == Kind::nil) return {};
  std::vector<Value> arguments = values_of(node.arguments);
  position_ = position;
  Block block{node.block, scope_};
  Block* const given = node.block ? &block : nullptr;
  if (node.receiver == nullptr) return call_function(node.name, std::move(arguments), given);
  return call(receiver, node.name, std::move(arguments), given);
}

Value Interpreter::call(const Value& self, std::string_view name, std::vector<Value> arguments,
                        Block* block) {
  limits_.step(1 + cost_of(self));
  const Method* const method = find_method(self, name);
  if (method == nullptr) no_method(self, name);
  return run_method(*method, name, self, arguments, block);
}

Value Interpreter::call_function(std::string_view name, std::vector<Value> arguments, Block* block) {
  limits_.step();
  const Method* const method = find_function(name);
  if (method == nullptr) raise("NameError", "undefined local variable or method '" + std::string(name) + "'");
  return run_method(*method, name, Value(), arguments, block);
}

Value Interpreter::run_method(const Method& method, std::string_view name, const Value& self,
                              std::vector<Value>& arguments, Block* block) {
  if (!accepts(method, arguments.size())) {
    raise("ArgumentError", "wrong number of arguments (given " + std::to_string(arguments.size()) +
                               ", expected " + expected(method) + ")");
  }
  Call call{*this, name, self, arguments, block};
  return method.run(call);
}

// Other values have more methods in Ruby than here, nil and booleans hardly any.
void Interpreter::no_method(const Value& self, std::string_view name) {
  const std::string what = "method '" + std::string(name) + "' for ";
  if (kind_of(self) == Kind::nil || kind_of(self) == Kind::boolean)
    raise("NoMethodError", "undefined " + what + type_text(self));
  beyond("the " + what + "an instance of " + class_name(self));
}

Value Interpreter::yield(Block& block, std::vector<Value> arguments) {
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

// What is missing is nil, what is too much is dropped.
void Interpreter::bind(const std::vector<Parameter>& parameters, const std::vector<Value>& values) {
  for (size_t i = 0; i < parameters.size(); ++i) {
    const Value value = i < values.size() ? values[i] : Value();
    if (!parameters[i].nested.empty()) {
      bind(parameters[i].nested, as<Array>(value) ? as<Array>(value)->items : std::vector<Value>{value});
      continue;
    }
    limits_.allocate(sizeof(Value));
    scope_->variables.emplace_back(parameters[i].name, value);
  }
}

}  // namespace kamal::erb
