#include "erb/builtins.h"

#include <algorithm>
#include <unordered_map>
#include <utility>
#include <vector>

#include "erb/interpreter.h"
#include "kamal/support/strings.h"

namespace kamal::erb {
namespace {

using BuiltIns = std::unordered_map<std::string, Method>;  // by Array#join, File.read

const BuiltIns& built_ins() {
  static const BuiltIns all = [] {
    BuiltIns made;
    for (const Methods& methods :
         {collection_methods(), data_methods(), enumerable_methods(), environment_methods(), kernel_methods(),
          number_methods(), regexp_methods(), string_methods(), string_search_methods()}) {
      for (const Method& method : methods) {
        const size_t end = method.names.find_first_of("#.") + 1;
        for (const std::string& name : split(method.names.substr(end), ' '))
          made.emplace(std::string(method.names.substr(0, end)) + name, method);
      }
    }
    return made;
  }();
  return all;
}

// `mark`: # for an instance method, . for a class method.
const Method* find_built_in(std::string_view owner, char mark, std::string_view name) {
  const auto found = built_ins().find(std::string(owner).append(1, mark).append(name));
  return found == built_ins().end() ? nullptr : &found->second;
}

// Classes by their parent class or module.
struct Family {
  std::string_view parent;
  std::vector<std::string_view> children;
};
const std::vector<Family>& families() {
  static const std::vector<Family> all = {
      {"Object",
       {"Binding", "Class", "ERB", "Enumerable", "Exception", "FalseClass", "MatchData", "NilClass",
        "Numeric", "Process::Status", "Regexp", "String", "Symbol", "Time", "TrueClass"}},
      {"Enumerable", {"Array", "Hash", "Range"}},
      {"Numeric", {"Float", "Integer"}},
      {"Exception", {"ScriptError", "StandardError", "SystemExit"}},
      {"ScriptError", {"Dotenv::FormatError", "LoadError"}},
      {"StandardError",
       {"ArgumentError", "IOError", "IndexError", "JSON::JSONError", "NameError", "Psych::SyntaxError",
        "RangeError", "RuntimeError", "SystemCallError", "TypeError", "ZeroDivisionError"}},
      {"IndexError", {"KeyError"}},
      {"NameError", {"NoMethodError"}},
      {"RangeError", {"FloatDomainError"}},
      {"SystemCallError", {"Errno::EACCES", "Errno::EINVAL", "Errno::EISDIR", "Errno::ENOENT"}},
      {"JSON::JSONError", {"JSON::GeneratorError", "JSON::ParserError"}},
  };
  return all;
}
// Modules that have no instances here.
constexpr std::string_view modules[] = {"Dir",  "Dotenv", "Dotenv::Parser", "ENV", "File",
                                        "JSON", "Kamal",  "Kamal::Utils",   "YAML"};

// "" for Object and for anything that is not a class.
std::string_view parent_of(std::string_view name) {
  const auto family = std::ranges::find_if(families(), [&](const Family& one) {
    return std::ranges::find(one.children, name) != one.children.end();
  });
  return family == families().end() ? "" : family->parent;
}

const Method* inherited(std::string_view class_name, std::string_view name) {
  for (std::string_view owner = class_name; !owner.empty(); owner = parent_of(owner)) {
    if (const Method* const found = find_built_in(owner, '#', name)) return found;
  }
  return nullptr;
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
  if (const auto* integer = as<int64_t>(value)) return *integer;
  if (as<double>(value)) beyond("a fraction instead of an integer");
  type_error(value, "Integer");
}

size_t Call::size_arg(size_t index) const {
  const int64_t size = integer_arg(index);
  if (size < 0) raise("ArgumentError", "negative array size");
  return static_cast<size_t>(size);
}

Hash* Call::take_options() {
  auto* const options = args.empty() ? nullptr : as<Hash>(args.back());
  if (options == nullptr || !options->keywords) return nullptr;
  args.pop_back();
  return options;
}

Value Call::option(Hash* options, std::string_view name) const {
  const Value* const found = options ? find(*options, in.heap().symbol(name)) : nullptr;
  return found ? *found : Value();
}

Value Call::string(std::string_view text) const { return in.heap().string(text); }
Value Call::array(Values items) const { return in.heap().array(std::move(items)); }
Hash* Call::new_hash() const { return in.heap().make<Hash>(); }

Value Call::yield(Values values) const {
  if (block == nullptr) beyond("`" + std::string(name) + "` without a block");
  return in.yield(*block, std::move(values));
}

int Call::ordered(const Value& a, const Value& b) const {
  const std::partial_ordering order = compare(a, b, limits());
  if (order != std::partial_ordering::unordered) return order < 0 ? -1 : order > 0 ? 1 : 0;
  const bool by_class = as<String>(b) || as<Array>(b);
  raise("ArgumentError",
        "comparison of " + class_name(a) + " with " + (by_class ? class_name(b) : in.inspect(b)) + " failed");
}

std::optional<Slice> slice_of(const Call& call, const Value& index, const Value& count, size_t size) {
  const auto end = static_cast<int64_t>(size);
  const auto integer = [&](const Value& value) {
    if (const auto* number = as<int64_t>(value)) return *number;
    call.type_error(value, "Integer");
  };
  const auto place = [&](const Value& value) {
    const int64_t number = integer(value);
    return number < 0 ? number + end : number;
  };
  const auto* range = as<Range>(index);
  const int64_t first = place(range ? range->first : index);
  int64_t wanted = 0;
  if (range == nullptr)
    wanted = integer(count);
  else if (is_nil(range->last))
    wanted = end - first;
  else
    wanted = std::max<int64_t>(0, place(range->last) - first + (range->exclusive ? 0 : 1));
  if (first < 0 || first > end || wanted < 0) return std::nullopt;
  return Slice{static_cast<size_t>(first), static_cast<size_t>(std::min(wanted, end - first))};
}

Value without_value(const Call& call, std::string_view class_name, const std::string& message) {
  if (call.block) return call.yield({call.args[0]});
  if (call.count() > 1) return call.args[1];
  call.raise(class_name, message);
}

bool accepts(const Method& method, size_t arguments) {
  const int count = static_cast<int>(arguments);
  return count >= method.min_args && (method.max_args < 0 || count <= method.max_args);
}

const Method* find_method(const Value& self, std::string_view name) {
  if (const auto* constant = as<Constant>(self)) return find_class_method(constant->text, name);
  return inherited(class_name(self), name);
}

const Method* find_function(std::string_view name) { return find_built_in("Kernel", '#', name); }

const Method* find_class_method(std::string_view path, std::string_view name) {
  const Method* const own = find_built_in(path, '.', name);
  return own ? own : inherited("Class", name);
}

bool knows_method(std::string_view name, size_t arguments) {
  const std::string wanted = "#" + std::string(name);
  return std::ranges::any_of(built_ins(), [&](const auto& one) {
    const auto& [known, method] = one;
    return known.ends_with(wanted) && !known.starts_with("Kernel#") && accepts(method, arguments);
  });
}

const Method* find_constant(std::string_view path) { return find_built_in("Object", '.', path); }

bool is_known_constant(std::string_view path) {
  return path == "Object" || !parent_of(path).empty() || find_constant(path) != nullptr ||
         std::ranges::find(modules, path) != std::end(modules);
}

bool is_a(std::string_view name, std::string_view ancestor) {
  while (!name.empty() && name != ancestor) name = parent_of(name);
  return !name.empty();
}

}  // namespace kamal::erb
