#pragma once

#include <cstdint>
#include <optional>
#include <string>
#include <string_view>
#include <vector>

#include "erb/value.h"

namespace kamal::erb {

class Interpreter;

// A call of a built-in method: checked access to the arguments, and helpers for the result.
struct Call {
  Interpreter& in;
  std::string_view name;
  const Value& self;
  Values& args;
  Block* block;

  Limits& limits() const;
  size_t count() const { return args.size(); }
  Value arg(size_t index) const { return index < args.size() ? args[index] : Value(); }
  bool has(size_t index) const { return !is_nil(arg(index)); }

  // The receiver, which has the type that the method belongs to.
  const std::string& str() const { return as<String>(self)->text; }
  Values& list() const { return as<Array>(self)->items; }
  Hash& hash() const { return *as<Hash>(self); }

  // Arguments; raise TypeError for another type.
  template <class T>
  T& object_arg(size_t index, std::string_view wanted) const {
    if (T* const found = as<T>(args.at(index))) return *found;
    type_error(args.at(index), wanted);
  }
  const std::string& string_arg(size_t index) const { return object_arg<String>(index, "String").text; }
  Values& list_arg(size_t index) const { return object_arg<Array>(index, "Array").items; }
  Hash& hash_arg(size_t index) const { return object_arg<Hash>(index, "Hash"); }
  int64_t integer_arg(size_t index) const;
  size_t size_arg(size_t index) const;  // raises ArgumentError for negative ones
  // Takes the `name: value` arguments off the end; null if there are none.
  Hash* take_options();
  Value option(Hash* options, std::string_view name) const;

  // Without a block, Ruby returns an enumerator, which is not supported.
  Value yield(Values values) const;
  bool test(const Value& value) const { return truthy(yield({value})); }
  // -1, 0 or 1; raises ArgumentError if the two cannot be compared.
  int ordered(const Value& a, const Value& b) const;

  Value string(std::string_view text) const;
  Value array(Values items) const;
  Hash* new_hash() const;
  const Value* find(Hash& map, const Value& key) const { return erb::find(map, key, limits()); }
  void set(Hash& map, const Value& key, const Value& value) const { erb::set(map, key, value, limits()); }

  [[noreturn]] void raise(std::string_view class_name, const std::string& message) const;
  [[noreturn]] void type_error(const Value& value, std::string_view wanted) const;
  [[noreturn]] void beyond(const std::string& why) const;  // supported by Ruby only
};

// A built-in method, named as in Ruby's documentation: Array#join, File.read. Aliases follow: Array#length
// size.
struct Method {
  std::string_view names;
  int min_args = 0;
  int max_args = 0;  // -1: any number
  Value (*run)(Call&) = nullptr;
};
using Methods = std::vector<Method>;

bool accepts(const Method& method, size_t arguments);
const Method* find_method(const Value& self, std::string_view name);
const Method* find_function(std::string_view name);  // without a receiver: puts, raise
const Method* find_class_method(std::string_view path, std::string_view name);
// Whether any type has this method with this number of arguments.
bool knows_method(std::string_view name, size_t arguments);

bool is_known_constant(std::string_view path);
const Method* find_constant(std::string_view path);  // one that is not a class: ARGV
// Whether class `ancestor` is class `name` or one of its ancestors.
bool is_a(std::string_view name, std::string_view ancestor);

// One list per source file.
Methods collection_methods();
Methods data_methods();
Methods enumerable_methods();
Methods environment_methods();
Methods kernel_methods();
Methods number_methods();
Methods regexp_methods();
Methods string_methods();
Methods string_search_methods();

// The part selected by text[x] or list[x], as its first element and their number: `index` is a range, or an
// integer used with `count`. Nothing if it begins out of bounds.
struct Slice {
  size_t first = 0;
  size_t count = 0;
};
std::optional<Slice> slice_of(const Call& call, const Value& index, const Value& count, size_t size);
// The result of `fetch` without a value: that of its block, its second argument, or an exception.
Value without_value(const Call& call, std::string_view class_name, const std::string& message);

}  // namespace kamal::erb
