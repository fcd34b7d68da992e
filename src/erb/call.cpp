#include <cmath>

#include "erb/interpreter.h"
#include "erb/methods.h"
#include "erb/text.h"

namespace kamal::erb {

Limits& Call::limits() const { return in.limits(); }

void Call::raise(std::string_view class_name, const std::string& message) const {
  in.raise(class_name, message);
}
void Call::beyond(const std::string& why) const { in.beyond(why); }

void Call::type_error(const Value& value, std::string_view wanted) const {
  const std::string who = kind_of(value) == Kind::nil       ? "nil"
                          : kind_of(value) == Kind::boolean ? in.to_s(value)
                                                            : class_name(value);
  raise("TypeError", "no implicit conversion of " + who + " into " + std::string(wanted));
}

std::vector<std::string_view> Call::characters() const {
  limits().allocate(str().size() * sizeof(std::string_view));
  return erb::characters(str());
}

const std::string& Call::string_arg(size_t index) const {
  if (const auto* text = as<String>(args.at(index))) return text->text;
  type_error(args.at(index), "String");
}

std::string Call::name_arg(size_t index) const {
  if (const auto* symbol = std::get_if<const Symbol*>(&args.at(index))) return (*symbol)->text;
  return string_arg(index);
}

std::string Call::path_arg(size_t index) const {
  const std::string& path = string_arg(index);
  if (path.find('\0') != std::string::npos) raise("ArgumentError", "string contains null byte");
  return path;
}

int64_t Call::integer_arg(size_t index) const {
  const Value& value = args.at(index);
  if (const auto* integer = std::get_if<int64_t>(&value)) return *integer;
  if (const auto* floating = std::get_if<double>(&value)) {
    if (!(std::fabs(*floating) < 9e18)) raise("RangeError", "float out of range of integer");
    return static_cast<int64_t>(*floating);
  }
  type_error(value, "Integer");
}

double Call::number_arg(size_t index) const {
  const Value& value = args.at(index);
  if (const auto* integer = std::get_if<int64_t>(&value)) return static_cast<double>(*integer);
  if (const auto* floating = std::get_if<double>(&value)) return *floating;
  type_error(value, "Float");
}

std::vector<Value>& Call::list_arg(size_t index) const {
  if (auto* list = as<Array>(args.at(index))) return list->items;
  type_error(args.at(index), "Array");
}

Hash& Call::hash_arg(size_t index) const {
  if (auto* hash = as<Hash>(args.at(index))) return *hash;
  type_error(args.at(index), "Hash");
}

const Hash* Call::take_options() {
  if (args.empty()) return nullptr;
  const auto* options = as<Hash>(args.back());
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
Value Call::symbol(std::string_view text) const { return in.heap().symbol(text); }
Hash* Call::new_hash() const { return in.heap().make<Hash>(); }

Value Call::yield(std::vector<Value> values) const {
  if (block == nullptr) raise("LocalJumpError", "no block given (yield)");
  return in.yield(*block, std::move(values));
}

Value Call::enumerator() const {
  auto* made = in.heap().make<Enumerator>();
  made->receiver = self;
  made->method = std::string(name);
  made->arguments = args;
  return made;
}

}  // namespace kamal::erb
