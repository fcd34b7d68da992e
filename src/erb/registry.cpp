#include "erb/registry.h"

#include <algorithm>
#include <array>
#include <initializer_list>
#include <string>
#include <unordered_map>

namespace kamal::erb {
namespace {

using Table = std::unordered_map<std::string_view, Method>;

// The first of two methods with a name counts.
Table table_of(std::initializer_list<const Methods*> lists) {
  Table table;
  for (const Methods* list : lists) {
    for (const Method& method : *list) table.try_emplace(method.name, method);
  }
  return table;
}

std::array<Table, kinds> make_tables() {
  const Methods *const object = &object_methods(), *const data = &data_methods();
  const Methods *const enumerable = &enumerable_methods(), *const number = &number_methods();
  std::array<Table, kinds> tables;
  for (Table& table : tables) table = table_of({object, data});
  const auto put = [&](Kind kind, std::initializer_list<const Methods*> lists) {
    Table own = table_of(lists);
    own.merge(tables[static_cast<size_t>(kind)]);
    tables[static_cast<size_t>(kind)] = std::move(own);
  };
  put(Kind::nil, {&nil_methods()});
  put(Kind::integer, {&integer_methods(), number});
  put(Kind::floating, {number});
  put(Kind::symbol, {&symbol_methods()});
  put(Kind::string, {&string_methods(), &string_search_methods()});
  put(Kind::array, {&array_methods(), enumerable});
  put(Kind::hash, {&hash_methods(), enumerable});
  put(Kind::range, {&range_methods(), enumerable});
  put(Kind::regexp, {&regexp_methods()});
  put(Kind::match, {&match_methods()});
  put(Kind::time, {&time_methods()});
  put(Kind::error, {&error_methods()});
  put(Kind::status, {&status_methods()});
  put(Kind::erb_template, {&template_methods()});
  put(Kind::constant, {&class_methods()});
  return tables;
}

const std::array<Table, kinds>& tables() {
  static const std::array<Table, kinds> made = make_tables();
  return made;
}

const Table& functions() {
  static const Table made = table_of({&kernel_functions()});
  return made;
}

const Table& class_table() {
  static const Table made =
      table_of({&class_functions(), &data_functions(), &dotenv_functions(), &environment_functions(),
                &file_functions(), &regexp_functions(), &template_functions(), &time_functions()});
  return made;
}

const Method* find(const Table& table, std::string_view name) {
  const auto found = table.find(name);
  return found == table.end() ? nullptr : &found->second;
}

// Classes above a class, the nearest first; Object and Kernel are left out.
struct Ancestry {
  std::string_view name;
  std::string_view parent;
};
constexpr Ancestry ancestries[] = {
    {"StandardError", "Exception"},
    {"ScriptError", "Exception"},
    {"SystemExit", "Exception"},
    {"LoadError", "ScriptError"},
    {"ArgumentError", "StandardError"},
    {"IndexError", "StandardError"},
    {"KeyError", "IndexError"},
    {"IOError", "StandardError"},
    {"NameError", "StandardError"},
    {"NoMethodError", "NameError"},
    {"RangeError", "StandardError"},
    {"FloatDomainError", "RangeError"},
    {"RuntimeError", "StandardError"},
    {"SystemCallError", "StandardError"},
    {"Errno::ENOENT", "SystemCallError"},
    {"Errno::EACCES", "SystemCallError"},
    {"Errno::EISDIR", "SystemCallError"},
    {"Errno::EINVAL", "SystemCallError"},
    {"TypeError", "StandardError"},
    {"ZeroDivisionError", "StandardError"},
    {"JSON::JSONError", "StandardError"},
    {"JSON::ParserError", "JSON::JSONError"},
    {"JSON::GeneratorError", "JSON::JSONError"},
    {"JSON::NestingError", "JSON::ParserError"},
    {"Psych::Exception", "StandardError"},
    {"Psych::SyntaxError", "Psych::Exception"},
    {"Dotenv::FormatError", "ScriptError"},
    {"Integer", "Numeric"},
    {"Float", "Numeric"},
};

std::string_view parent_of(std::string_view name) {
  const auto* const found = std::find_if(std::begin(ancestries), std::end(ancestries),
                                         [&](const Ancestry& one) { return one.name == name; });
  return found == std::end(ancestries) ? "" : found->parent;
}

// Of words with blanks around each.
bool has_word(std::string_view words, std::string_view word) {
  return words.find(" " + std::string(word) + " ") != std::string_view::npos;
}

}  // namespace

bool accepts(const Method& method, size_t arguments) {
  const int count = static_cast<int>(arguments);
  return count >= method.min_args && (method.max_args < 0 || count <= method.max_args);
}

const Method* find_method(Kind kind, std::string_view name) {
  return find(tables()[static_cast<size_t>(kind)], name);
}

const Method* find_function(std::string_view name) { return find(functions(), name); }

const Method* find_class_method(const std::string& path, std::string_view name) {
  const Method* known = find(class_table(), path + "." + std::string(name));
  if (known == nullptr && is_exception(path)) known = find(class_table(), "Exception." + std::string(name));
  return known ? known : find_method(Kind::constant, name);
}

bool knows_method(std::string_view name, size_t arguments) {
  return std::any_of(tables().begin(), tables().end(), [&](const Table& table) {
    const Method* const known = find(table, name);
    return known != nullptr && accepts(*known, arguments);
  });
}

bool is_known_constant(std::string_view path) {
  static constexpr std::string_view known =
      " ARGV Array Binding Dir Dotenv Dotenv::Parser ENV ERB FalseClass File Float Hash Integer JSON Kamal"
      " Kamal::Utils Kamal::VERSION MatchData NilClass Numeric Object Process::Status RUBY_ENGINE"
      " RUBY_ENGINE_VERSION RUBY_PLATFORM RUBY_VERSION Range Regexp Shellwords String Symbol Time TrueClass"
      " YAML ";
  return has_word(known, path) || is_exception(path);
}

bool is_a(std::string_view name, std::string_view ancestor) {
  if (ancestor == "Object" || ancestor == "BasicObject" || ancestor == "Kernel") return true;
  for (std::string_view one = name; !one.empty(); one = parent_of(one)) {
    if (one == ancestor) return true;
  }
  return false;
}

bool is_exception(std::string_view class_name) { return is_a(class_name, "Exception"); }

}  // namespace kamal::erb
