#pragma once

#include <cstdint>
#include <optional>
#include <span>
#include <string>
#include <string_view>
#include <vector>

#include "erb/value.h"

namespace kamal::erb {

class Interpreter;

// A call of a built-in method, with what its implementation needs: checked access to the arguments, and ways
// to answer.
class Call {
 public:
  Call(Interpreter& in, std::string_view name, const Value& self, std::vector<Value>& args, Proc* block)
      : in(in), name(name), self(self), args(args), block(block) {}

  Interpreter& in;
  std::string_view name;
  const Value& self;
  std::vector<Value>& args;
  Proc* block;

  Limits& limits() const;
  size_t count() const { return args.size(); }
  Value arg(size_t index) const { return index < args.size() ? args[index] : Value(); }
  bool has(size_t index) const { return index < args.size() && kind_of(args[index]) != Kind::nil; }

  // The receiver, which is of the kind that the method belongs to.
  const std::string& str() const { return as<String>(self)->text; }
  std::vector<std::string_view> characters() const;  // of str()
  std::vector<Value>& list() const { return as<Array>(self)->items; }
  Hash& hash() const { return *as<Hash>(self); }

  // Arguments; a TypeError for another type.
  const std::string& string_arg(size_t index) const;
  std::string name_arg(size_t index) const;  // a string or a symbol
  std::string path_arg(size_t index) const;
  int64_t integer_arg(size_t index) const;
  int64_t integer_arg(size_t index, int64_t fallback) const {
    return has(index) ? integer_arg(index) : fallback;
  }
  double number_arg(size_t index) const;
  std::vector<Value>& list_arg(size_t index) const;
  Hash& hash_arg(size_t index) const;
  // Takes the `name: value` arguments off the end; an empty hash when there are none.
  const Hash* take_options();
  Value option(const Hash* options, std::string_view name) const;

  Value string(std::string text) const;
  Value string(std::string_view text) const { return string(std::string(text)); }
  Value string(const char* text) const { return string(std::string(text)); }
  Value array(std::vector<Value> items) const;
  Value symbol(std::string_view text) const;
  Hash* new_hash() const;

  Value yield(std::vector<Value> values) const;
  bool test(const Value& value) const { return truthy(yield({value})); }
  // What a method that needs a block answers without one.
  Value enumerator() const;

  [[noreturn]] void raise(std::string_view class_name, const std::string& message) const;
  [[noreturn]] void type_error(const Value& value, std::string_view wanted) const;
  [[noreturn]] void beyond(const std::string& why) const;  // Ruby can do more than we
};

struct Method {
  std::string_view name;
  int least = 0;
  int most = 0;  // -1: any number
  Value (*run)(Call&) = nullptr;
};
using Methods = std::vector<Method>;

// What each module of built-ins has. Methods of modules and classes (File.read) have the module's name in
// front.
const Methods& object_methods();
const Methods& nil_methods();
const Methods& boolean_methods();
const Methods& integer_methods();
const Methods& float_methods();
const Methods& string_methods();
const Methods& string_change_methods();
const Methods& string_search_methods();
const Methods& string_character_methods();
const Methods& string_name_methods();
const Methods& symbol_methods();
const Methods& enumerable_methods();
const Methods& enumerable_group_methods();
const Methods& array_methods();
const Methods& array_change_methods();
const Methods& hash_methods();
const Methods& hash_change_methods();
const Methods& range_methods();
const Methods& regexp_methods();
const Methods& match_methods();
const Methods& proc_methods();
const Methods& enumerator_methods();
const Methods& time_methods();
const Methods& date_methods();
const Methods& error_methods();
const Methods& status_methods();
const Methods& template_methods();
const Methods& binding_methods();
const Methods& class_methods();

const Methods& environment_functions();
const Methods& file_functions();
const Methods& data_functions();
const Methods& time_functions();
const Methods& class_functions();
const Methods& kernel_functions();  // without a receiver
const Methods& dotenv_functions();
const Methods& template_functions();

const Method* find_method(Kind kind, std::string_view name);
const Method* find_function(std::string_view name);                 // puts, rand ...
const Method* find_class_function(std::string_view path_and_name);  // File.read
// Does any kind of value have such a method, with this number of arguments?
bool knows_method(std::string_view name, size_t arguments);
bool accepts(const Method& method, size_t arguments);
// Of the names that some kind of value here has: does this kind have it in Ruby, and not here?
bool only_ruby_has(Kind kind, std::string_view name);
bool is_known_constant(std::string_view path);

}  // namespace kamal::erb
