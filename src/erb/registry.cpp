// Which method belongs to which kind of value.
#include <algorithm>
#include <array>
#include <initializer_list>
#include <set>
#include <unordered_map>

#include "erb/interpreter.h"
#include "erb/methods.h"

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
  const Methods* const object = &object_methods();
  const Methods* const enumerable = &enumerable_methods();
  const Methods* const groups = &enumerable_group_methods();
  std::array<Table, kinds> tables;
  const auto put = [&](Kind kind, std::initializer_list<const Methods*> lists) {
    tables[static_cast<size_t>(kind)] = table_of(lists);
  };
  put(Kind::nil, {&nil_methods(), object});
  put(Kind::boolean, {&boolean_methods(), object});
  put(Kind::integer, {&integer_methods(), object});
  put(Kind::floating, {&float_methods(), object});
  put(Kind::symbol, {&symbol_methods(), object});
  put(Kind::string, {&string_methods(), &string_change_methods(), &string_search_methods(),
                     &string_character_methods(), &string_name_methods(), object});
  put(Kind::array, {&array_methods(), &array_change_methods(), enumerable, groups, object});
  put(Kind::hash, {&hash_methods(), &hash_change_methods(), enumerable, groups, object});
  put(Kind::range, {&range_methods(), enumerable, groups, object});
  put(Kind::regexp, {&regexp_methods(), object});
  put(Kind::match, {&match_methods(), object});
  put(Kind::proc, {&proc_methods(), object});
  put(Kind::enumerator, {&enumerator_methods(), enumerable, groups, object});
  put(Kind::time, {&time_methods(), object});
  put(Kind::date, {&date_methods(), object});
  put(Kind::error, {&error_methods(), object});
  put(Kind::status, {&status_methods(), object});
  put(Kind::erb_template, {&template_methods(), object});
  put(Kind::binding, {&binding_methods(), object});
  put(Kind::constant, {&class_methods(), object});
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
      table_of({&environment_functions(), &file_functions(), &data_functions(), &time_functions(),
                &class_functions(), &dotenv_functions(), &template_functions()});
  return made;
}

// Classes above a class, the nearest first; Object and Comparable are left out.
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
    {"EncodingError", "StandardError"},
    {"IndexError", "StandardError"},
    {"KeyError", "IndexError"},
    {"StopIteration", "IndexError"},
    {"IOError", "StandardError"},
    {"EOFError", "IOError"},
    {"LocalJumpError", "StandardError"},
    {"NameError", "StandardError"},
    {"NoMethodError", "NameError"},
    {"RangeError", "StandardError"},
    {"FloatDomainError", "RangeError"},
    {"RegexpError", "StandardError"},
    {"RuntimeError", "StandardError"},
    {"FrozenError", "RuntimeError"},
    {"SystemCallError", "StandardError"},
    {"Errno::ENOENT", "SystemCallError"},
    {"Errno::EACCES", "SystemCallError"},
    {"Errno::EISDIR", "SystemCallError"},
    {"Errno::EINVAL", "SystemCallError"},
    {"TypeError", "StandardError"},
    {"Date::Error", "ArgumentError"},
    {"ZeroDivisionError", "StandardError"},
    {"JSON::JSONError", "StandardError"},
    {"JSON::ParserError", "JSON::JSONError"},
    {"JSON::GeneratorError", "JSON::JSONError"},
    {"Math::DomainError", "ArgumentError"},
    {"JSON::NestingError", "JSON::ParserError"},
    {"Psych::Exception", "StandardError"},
    {"Psych::SyntaxError", "Psych::Exception"},
    {"Dotenv::Error", "StandardError"},
    {"Dotenv::FormatError", "ScriptError"},
    {"Dotenv::MissingKeys", "Dotenv::Error"},
    {"Integer", "Numeric"},
    {"Float", "Numeric"},
    {"Numeric", "Comparable"},
    {"String", "Comparable"},
    {"Time", "Comparable"},
    {"Date", "Comparable"},
    {"Array", "Enumerable"},
    {"Hash", "Enumerable"},
    {"Range", "Enumerable"},
    {"Enumerator", "Enumerable"},
};

std::string_view parent_of(std::string_view name) {
  for (const Ancestry& one : ancestries) {
    if (one.name == name) return one.parent;
  }
  return "";
}

}  // namespace

const Method* find_method(Kind kind, std::string_view name) {
  const Table& table = tables()[static_cast<size_t>(kind)];
  const auto found = table.find(name);
  return found == table.end() ? nullptr : &found->second;
}

const Method* find_function(std::string_view name) {
  const auto found = functions().find(name);
  return found == functions().end() ? nullptr : &found->second;
}

const Method* find_class_function(std::string_view path_and_name) {
  const auto found = class_table().find(path_and_name);
  return found == class_table().end() ? nullptr : &found->second;
}

bool accepts(const Method& method, size_t arguments) {
  const int count = static_cast<int>(arguments);
  return count >= method.least && (method.most < 0 || count <= method.most);
}

bool only_ruby_has(Kind kind, std::string_view name) {
  static const std::set<std::pair<Kind, std::string_view>> known = {
      {Kind::nil, "^"},          {Kind::integer, "[]"},
      {Kind::integer, "size"},   {Kind::floating, "step"},
      {Kind::symbol, "casecmp"}, {Kind::symbol, "casecmp?"},
      {Kind::symbol, "clamp"},   {Kind::symbol, "intern"},
      {Kind::symbol, "slice"},   {Kind::string, "clamp"},
      {Kind::string, "sum"},     {Kind::hash, "assoc"},
      {Kind::hash, "flatten"},   {Kind::hash, "to_proc"},
      {Kind::hash, "<"},         {Kind::hash, "<="},
      {Kind::hash, ">"},         {Kind::hash, ">="},
      {Kind::regexp, "names"},   {Kind::regexp, "named_captures"},
      {Kind::regexp, "~"},       {Kind::match, "begin"},
      {Kind::match, "end"},      {Kind::match, "length"},
      {Kind::match, "match"},    {Kind::match, "size"},
      {Kind::proc, "<<"},        {Kind::proc, ">>"},
      {Kind::enumerator, "+"},   {Kind::enumerator, "next"},
      {Kind::time, "ceil"},      {Kind::time, "clamp"},
      {Kind::time, "floor"},     {Kind::time, "round"},
      {Kind::time, "to_a"},      {Kind::date, "clamp"},
      {Kind::date, "downto"},    {Kind::date, "infinite?"},
      {Kind::date, "step"},      {Kind::date, "to_time"},
      {Kind::date, "upto"},      {Kind::date, "xmlschema"},
      {Kind::status, "&"},       {Kind::status, ">>"},
  };
  // A class has the methods of its kind: no table of ours says which.
  return kind == Kind::constant || known.count({kind, name}) > 0;
}

bool knows_method(std::string_view name, size_t arguments) {
  return std::any_of(tables().begin(), tables().end(), [&](const Table& table) {
    const auto found = table.find(name);
    return found != table.end() && accepts(found->second, arguments);
  });
}

bool is_known_constant(std::string_view path) {
  static const std::set<std::string_view> known = {"RUBY_ENGINE",
                                                   "RUBY_ENGINE_VERSION",
                                                   "RUBY_VERSION",
                                                   "RUBY_PLATFORM",
                                                   "ENV",
                                                   "ARGV",
                                                   "ERB",
                                                   "Binding",
                                                   "Dotenv::Parser",
                                                   "File",
                                                   "IO",
                                                   "Dir",
                                                   "Dotenv",
                                                   "Kernel",
                                                   "JSON",
                                                   "YAML",
                                                   "Psych",
                                                   "Time",
                                                   "Date",
                                                   "SecureRandom",
                                                   "Random",
                                                   "Base64",
                                                   "Kamal",
                                                   "Kamal::Utils",
                                                   "Kamal::VERSION",
                                                   "Object",
                                                   "NilClass",
                                                   "TrueClass",
                                                   "FalseClass",
                                                   "Integer",
                                                   "Float",
                                                   "Numeric",
                                                   "Comparable",
                                                   "Enumerable",
                                                   "Symbol",
                                                   "String",
                                                   "Array",
                                                   "Hash",
                                                   "Range",
                                                   "Regexp",
                                                   "MatchData",
                                                   "Proc",
                                                   "Enumerator",
                                                   "Exception",
                                                   "Process::Status",
                                                   "File::SEPARATOR",
                                                   "Float::INFINITY",
                                                   "Math",
                                                   "Math::PI",
                                                   "Shellwords",
                                                   "BasicObject"};
  return known.count(path) > 0 || is_exception(path);
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
