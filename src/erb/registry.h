#pragma once

#include <cstddef>
#include <string_view>
#include <vector>

#include "erb/call.h"

namespace kamal::erb {

struct Method {
  std::string_view name;
  int min_args = 0;
  int max_args = 0;  // -1: any number
  Value (*run)(Call&) = nullptr;
};
using Methods = std::vector<Method>;

bool accepts(const Method& method, size_t arguments);
const Method* find_method(Kind kind, std::string_view name);
const Method* find_function(std::string_view name);  // without a receiver: puts, raise
const Method* find_class_method(const std::string& path, std::string_view name);  // File.read
// Does any kind of value have such a method, with this number of arguments?
bool knows_method(std::string_view name, size_t arguments);

bool is_known_constant(std::string_view path);
// Is the class that `ancestor` names the class `name`, or above it?
bool is_a(std::string_view name, std::string_view ancestor);
bool is_exception(std::string_view class_name);

// The tables of the built-ins. Those of classes have the class in their names.
const Methods& array_methods();
const Methods& class_methods();
const Methods& data_methods();
const Methods& enumerable_methods();
const Methods& error_methods();
const Methods& hash_methods();
const Methods& integer_methods();
const Methods& match_methods();
const Methods& nil_methods();
const Methods& number_methods();
const Methods& object_methods();
const Methods& range_methods();
const Methods& regexp_methods();
const Methods& status_methods();
const Methods& string_methods();
const Methods& string_search_methods();
const Methods& symbol_methods();
const Methods& template_methods();
const Methods& time_methods();

const Methods& class_functions();
const Methods& data_functions();
const Methods& dotenv_functions();
const Methods& environment_functions();
const Methods& file_functions();
const Methods& kernel_functions();
const Methods& regexp_functions();
const Methods& template_functions();
const Methods& time_functions();

}  // namespace kamal::erb
