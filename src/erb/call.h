#pragma once

#include <cstdint>
#include <string>
#include <string_view>
#include <vector>

#include "erb/value.h"

namespace kamal::erb {

class Interpreter;

// A call of a built-in method, with what its implementation needs: checked access to the arguments, and ways
// to answer.
struct Call {
  Interpreter& in;
  std::string_view name;
  const Value& self;
  std::vector<Value>& args;
  Block* block;

  Limits& limits() const;
  size_t count() const { return args.size(); }
  Value arg(size_t index) const { return index < args.size() ? args[index] : Value(); }
  bool has(size_t index) const { return kind_of(arg(index)) != Kind::nil; }

  // The receiver, which is of the kind that the method belongs to.
  const std::string& str() const { return as<String>(self)->text; }
  std::vector<Value>& list() const { return as<Array>(self)->items; }
  Hash& hash() const { return *as<Hash>(self); }

  // Arguments; a TypeError for another type.
  template <class T>
  T& object_arg(size_t index, std::string_view wanted) const {
    if (T* const found = as<T>(args.at(index))) return *found;
    type_error(args.at(index), wanted);
  }
  const std::string& string_arg(size_t index) const { return object_arg<String>(index, "String").text; }
  std::vector<Value>& list_arg(size_t index) const { return object_arg<Array>(index, "Array").items; }
  Hash& hash_arg(size_t index) const { return object_arg<Hash>(index, "Hash"); }
  int64_t integer_arg(size_t index) const;
  size_t size_arg(size_t index) const;  // an ArgumentError for negative ones
  // Takes the `name: value` arguments off the end; null if there are none.
  const Hash* take_options();
  Value option(const Hash* options, std::string_view name) const;

  Value string(std::string text) const;
  Value string(std::string_view text) const { return string(std::string(text)); }
  Value string(const char* text) const { return string(std::string(text)); }
  Value array(std::vector<Value> items) const;
  Hash* new_hash() const;

  // Without a block, Ruby makes an enumerator, which is left to it.
  Value yield(std::vector<Value> values) const;
  bool test(const Value& value) const { return truthy(yield({value})); }

  [[noreturn]] void raise(std::string_view class_name, const std::string& message) const;
  [[noreturn]] void type_error(const Value& value, std::string_view wanted) const;
  [[noreturn]] void beyond(const std::string& why) const;  // only Ruby can do it
};

// The part that text[x] or list[x] means, by its first element and their number: `index` is a range, or an
// integer that goes with `count`. Nothing if it begins outside.
struct Slice {
  size_t first = 0;
  size_t count = 0;
};
std::optional<Slice> slice_of(const Call& call, const Value& index, const Value& count, size_t size);

// What `each` yields of a list, hash or range. A TypeError for other values.
std::vector<Value> elements(Interpreter& in, const Value& value);
inline std::vector<Value> elements(const Call& call) { return elements(call.in, call.self); }
// -1, 0 or 1; an ArgumentError if the two cannot be compared.
int ordered(const Call& call, const Value& a, const Value& b);
// What `fetch` answers if there is no value: what its block or its second argument says, or an exception.
Value without_value(const Call& call, std::string_view class_name, const std::string& message);
Value lines(const Call& call, const std::string& text, const Hash* options);
std::string format(const Call& call, std::string_view pattern, const std::vector<Value>& values);

}  // namespace kamal::erb
