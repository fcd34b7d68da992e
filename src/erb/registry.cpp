#include "erb/registry.h"

#include <algorithm>
#include <array>
#include <string>
#include <unordered_map>

namespace kamal::erb {
namespace {

struct Entry {
  std::string_view owner;
  bool of_values = false;  // Array#join, not File.read
  const Method* method = nullptr;
};
using Table = std::unordered_map<std::string_view, std::vector<Entry>>;  // by the names without owners

Table make_table() {
  Table table;
  for (const Methods* methods :
       {&collection_methods(), &data_methods(), &enumerable_methods(), &environment_methods(),
        &file_methods(), &kernel_methods(), &number_methods(), &object_methods(), &regexp_methods(),
        &string_methods(), &string_search_methods(), &template_methods(), &time_methods()}) {
    for (const Method& method : *methods) {
      const size_t mark = method.name.find_first_of("#.");
      table[method.name.substr(mark + 1)].push_back(
          {method.name.substr(0, mark), method.name[mark] == '#', &method});
    }
  }
  return table;
}

const std::vector<Entry>& entries_of(std::string_view name) {
  static const Table table = make_table();
  static const std::vector<Entry> none;
  const auto found = table.find(name);
  return found == table.end() ? none : found->second;
}

const Method* find(std::string_view owner, bool of_values, std::string_view name) {
  for (const Entry& one : entries_of(name)) {
    if (one.owner == owner && one.of_values == of_values) return one.method;
  }
  return nullptr;
}

// Where each kind of value has its methods from, the nearest first, before Object.
constexpr std::array<std::array<std::string_view, 2>, kinds> owners = {{{"NilClass"},
                                                                        {"Boolean"},
                                                                        {"Integer", "Numeric"},
                                                                        {"Float", "Numeric"},
                                                                        {"Symbol"},
                                                                        {"String"},
                                                                        {"Array", "Enumerable"},
                                                                        {"Hash", "Enumerable"},
                                                                        {"Range", "Enumerable"},
                                                                        {"Regexp"},
                                                                        {"MatchData"},
                                                                        {"Time"},
                                                                        {"Exception"},
                                                                        {"Process::Status"},
                                                                        {"ERB"},
                                                                        {"Binding"},
                                                                        {"Class"}}};

// Classes above a class, the nearest first; Object and Kernel are left out.
struct Ancestry {
  std::string_view name;
  std::string_view parent;
};
constexpr Ancestry ancestries[] = {{"StandardError", "Exception"},
                                   {"ScriptError", "Exception"},
                                   {"SystemExit", "Exception"},
                                   {"LoadError", "ScriptError"},
                                   {"Dotenv::FormatError", "ScriptError"},
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
                                   {"Psych::SyntaxError", "StandardError"},
                                   {"Integer", "Numeric"},
                                   {"Float", "Numeric"}};

std::string_view parent_of(std::string_view name) {
  const auto* const found = std::find_if(std::begin(ancestries), std::end(ancestries),
                                         [&](const Ancestry& one) { return one.name == name; });
  return found == std::end(ancestries) ? "" : found->parent;
}

}  // namespace

bool accepts(const Method& method, size_t arguments) {
  const int count = static_cast<int>(arguments);
  return count >= method.min_args && (method.max_args < 0 || count <= method.max_args);
}

const Method* find_method(const Value& self, std::string_view name) {
  if (const auto* constant = as<Constant>(self)) return find_class_method(constant->path, name);
  for (const std::string_view owner : owners[self.index()]) {
    if (const Method* const found = find(owner, true, name)) return found;
  }
  return find("Object", true, name);
}

const Method* find_function(std::string_view name) { return find("Kernel", true, name); }

const Method* find_class_method(std::string_view path, std::string_view name) {
  if (const Method* const own = find(path, false, name)) return own;
  const Method* const common = find("Class", true, name);
  return common ? common : find("Object", true, name);
}

bool knows_method(std::string_view name, size_t arguments) {
  const std::vector<Entry>& entries = entries_of(name);
  return std::any_of(entries.begin(), entries.end(), [&](const Entry& one) {
    return one.of_values && one.owner != "Kernel" && accepts(*one.method, arguments);
  });
}

bool is_known_constant(std::string_view path) {
  static constexpr std::array<std::string_view, 31> known = {"ARGV",
                                                             "Array",
                                                             "Binding",
                                                             "Dir",
                                                             "Dotenv",
                                                             "Dotenv::Parser",
                                                             "ENV",
                                                             "ERB",
                                                             "FalseClass",
                                                             "File",
                                                             "Float",
                                                             "Hash",
                                                             "Integer",
                                                             "JSON",
                                                             "Kamal",
                                                             "Kamal::Utils",
                                                             "Kamal::VERSION",
                                                             "MatchData",
                                                             "NilClass",
                                                             "Numeric",
                                                             "Object",
                                                             "Process::Status",
                                                             "RUBY_ENGINE",
                                                             "RUBY_ENGINE_VERSION",

                                                             "RUBY_VERSION",
                                                             "Range",
                                                             "Regexp",
                                                             "String",
                                                             "Symbol",
                                                             "Time",
                                                             "YAML"};
  return std::find(known.begin(), known.end(), path) != known.end() || is_exception(path);
}

bool is_a(std::string_view name, std::string_view ancestor) {
  if (ancestor == "Object") return true;
  for (std::string_view one = name; !one.empty(); one = parent_of(one)) {
    if (one == ancestor) return true;
  }
  return false;
}

bool is_exception(std::string_view class_name) { return is_a(class_name, "Exception"); }

}  // namespace kamal::erb
