#pragma once

#include <cstddef>
#include <string_view>
#include <vector>

#include "erb/ast.h"
#include "erb/call.h"

namespace kamal::erb {

// A built-in method, named as Ruby's documentation does it: Array#join, File.read.
struct Method {
  std::string_view name;
  int min_args = 0;
  int max_args = 0;  // -1: any number
  Value (*run)(Call&) = nullptr;
};
using Methods = std::vector<Method>;

bool accepts(const Method& method, size_t arguments);
const Method* find_method(const Value& self, std::string_view name);
const Method* find_function(std::string_view name);  // without a receiver: puts, raise
const Method* find_class_method(std::string_view path, std::string_view name);
// Does any kind of value have such a method, with this number of arguments?
bool knows_method(std::string_view name, size_t arguments);

bool is_known_constant(std::string_view path);
// Is the class that `ancestor` names the class `name`, or above it?
bool is_a(std::string_view name, std::string_view ancestor);
bool is_exception(std::string_view class_name);

// The built-ins, by the files that have them.
const Methods& collection_methods();
const Methods& data_methods();
const Methods& enumerable_methods();
const Methods& environment_methods();
const Methods& file_methods();
const Methods& kernel_methods();
const Methods& number_methods();
const Methods& object_methods();
const Methods& regexp_methods();
const Methods& string_methods();
const Methods& string_search_methods();
const Methods& template_methods();
const Methods& time_methods();

// Throws NotUnderstood for code that calls what is not here, before any of it runs.
void check(const Program& program);
// The same for the files that ERB.new(File.read("name")) in it evaluates, and for those in them. What does
// not exist yet is left to the run.
void check_partials(const Program& program);

}  // namespace kamal::erb
