// Functions without a receiver, methods of all values, and those of types with few methods, such as nested
// templates.
#include <functional>

#include "erb/interpreter.h"
#include "erb/text.h"
#include "kamal/support/strings.h"

namespace kamal::erb {
namespace {

Value put_lines(Call& c) {
  for (const Value& value : c.args) {
    if (as<Array>(value)) c.beyond("`" + std::string(c.name) + "` of a list");
    const std::string text = c.in.to_s(value);
    c.limits().allocate(text.size());
    c.in.print(text.ends_with('\n') ? text : text + '\n');
  }
  if (c.args.empty()) c.in.print("\n");
  return {};
}

// raise "text", raise Class, raise Class, "text", raise error, and raise alone for the error being rescued
Value raised(Call& c) {
  const Value what = c.count() == 0 ? c.in.last_error() : c.args[0];
  if (is_nil(what) && c.count() == 0) c.raise("RuntimeError", "unhandled exception");
  if (auto* error = as<Error>(what)) {
    if (c.has(1)) c.raise(error->class_name, c.in.to_s(c.args[1]));
    throw RubyError{error};
  }
  if (as<String>(what)) c.raise("RuntimeError", c.string_arg(0));
  const auto* constant = as<Constant>(what);
  if (!constant || !is_a(constant->text, "Exception"))
    c.raise("TypeError", "exception class/object expected");
  c.raise(constant->text, c.has(1) ? c.in.to_s(c.args[1]) : constant->text);
}

Value formatted(Call& c) {
  return c.in.call(c.string(c.string_arg(0)), "%", {c.array({c.args.begin() + 1, c.args.end()})});
}

Value aborted(Call& c) { c.raise("SystemExit", c.count() > 0 ? c.string_arg(0) : "exit"); }

// Everything that the check allows is already available.
Value required(Call& c) {
  if (c.string_arg(0) == "dotenv/load") c.in.call(c.in.heap().constant("Dotenv"), "load", {});
  return true;
}

// Integer(x) and Float(x): converts a number with its `method`, a text with `parse`.
template <class Number>
Value to_number(Call& c, std::string_view method, std::optional<Number> (*parse)(std::string_view)) {
  const Value& value = c.args[0];
  if (as_number(value)) return c.in.call(value, method, {});
  const std::string wanted(c.name);
  const auto* text = as<String>(value);
  if (text == nullptr) c.raise("TypeError", "can't convert " + type_text(value) + " into " + wanted);
  if (const auto number = parse(text->text)) return *number;
  if (wanted == "Integer" && text->text.starts_with('0')) c.beyond("`Integer` of this kind of number");
  c.raise("ArgumentError", "invalid value for " + wanted + "(): " + c.in.inspect(value));
}

// Kamal's helper: Docker's architecture as images name it.
Value docker_arch(Call& c) {
  const std::string arch = strip(c.in.run_command("docker info --format '{{.Architecture}}'"));
  if (arch.find("aarch64") != std::string::npos) return c.string("arm64");
  return c.string(arch.find("x86_64") != std::string::npos ? "amd64" : arch);
}

Value arguments(Call& c) {
  Values list;
  for (const std::string& one : c.in.context().arguments) list.push_back(c.string(one));
  return c.array(std::move(list));
}

// ERB.new(text), ERB.new(text, trim_mode: "-")
Value new_template(Call& c) {
  Hash* const options = c.take_options();
  if (c.count() != 1) c.beyond("`ERB.new` with these arguments");
  const Value mode = c.option(options, "trim_mode");
  const auto* trim = as<String>(mode);
  if (!is_nil(mode) && (trim == nullptr || trim->text != "-")) c.beyond("this trim mode");
  auto* const made = c.in.heap().make<Template>();
  made->text = c.string_arg(0);
  c.limits().allocate(made->text.size());
  made->file = as<String>(c.args[0])->file;
  made->trim_mode = trim ? TrimMode::dashes : TrimMode::none;
  return made;
}

Value result(Call& c) {
  const auto* binding = as<Binding>(c.arg(0));
  if (c.count() > 0 && binding == nullptr)
    c.raise("TypeError", "wrong argument type " + class_name(c.args[0]) + " (expected binding)");
  Scope* const scope = binding ? binding->scope : c.in.new_scope(nullptr);
  return c.string(c.in.render(*as<Template>(c.self), scope));
}

// --- Methods of all values

Value inspected(Call& c) {
  if (as<MatchData>(c.self)) c.beyond("`inspect` of a match");
  return c.string(c.in.inspect(c.self));
}

// < <= > >=
template <class Wanted>
Value compared(Call& c) {
  const bool comparable = as_number(c.self) || as<String>(c.self) || as<Symbol>(c.self) || as<Time>(c.self);
  if (!comparable) c.in.no_method(c.self, c.name);
  return Wanted()(c.ordered(c.self, c.args[0]), 0);
}

Value spaceship(Call& c) {
  const bool comparable = compare(c.self, c.args[0], c.limits()) != std::partial_ordering::unordered;
  return comparable ? Value(int64_t{c.ordered(c.self, c.args[0])}) : Value();
}

Value is_kind_of(Call& c) {
  const auto* wanted = as<Constant>(c.args[0]);
  if (wanted == nullptr) c.raise("TypeError", "class or module required");
  return is_a(class_name(c.self), wanted->text);
}

bool is_blank(const Call& c) {
  const Value& value = c.self;
  if (const auto* text = as<String>(value)) return strip_left(text->text).empty();
  if (const auto* list = as<Array>(value)) return list->items.empty();
  if (const auto* hash = as<Hash>(value)) return hash->entries.empty();
  return !truthy(value);
}

}  // namespace

Methods kernel_methods() {
  static constexpr auto status = [](Call& c) { return int64_t{as<Status>(c.self)->status}; };
  return {
      {"Kernel#Float", 1, 1, [](Call& c) { return to_number(c, "to_f", whole_float); }},
      {"Kernel#Integer", 1, 1, [](Call& c) { return to_number(c, "to_i", whole_integer); }},
      {"Kernel#__dir__", 0, 0, [](Call& c) { return c.string("."); }},
      {"Kernel#abort", 0, 1, aborted},
      {"Kernel#binding", 0, 0, [](Call& c) { return c.in.binding(); }},
      {"Kernel#format", 1, -1, formatted},
      {"Kernel#puts warn", 0, -1, put_lines},
      {"Kernel#raise", 0, 2, raised},
      {"Kernel#require", 1, 1, required},
      {"Exception#message", 0, 0, [](Call& c) { return c.string(as<Error>(c.self)->message); }},
      {"Object.ARGV", 0, 0, arguments},
      {"Object.Kamal::VERSION", 0, 0, [](Call& c) { return c.string("2.12.0"); }},
      {"Object.RUBY_ENGINE", 0, 0, [](Call& c) { return c.string("ruby"); }},
      {"Object.RUBY_VERSION RUBY_ENGINE_VERSION", 0, 0,
       [](Call& c) { return c.string(c.in.ruby_version()); }},
      {"Kamal::Utils.docker_arch", 0, 0, docker_arch},
      {"ERB.new", 1, 2, new_template},
      {"ERB#result", 0, 1, result},
      {"Object#<", 1, 1, compared<std::less<>>},
      {"Object#<=", 1, 1, compared<std::less_equal<>>},
      {"Object#<=>", 1, 1, spaceship},
      {"Object#== ===", 1, 1, [](Call& c) { return Value(c.in.equal(c.self, c.args[0])); }},
      {"Object#>", 1, 1, compared<std::greater<>>},
      {"Object#>=", 1, 1, compared<std::greater_equal<>>},
      {"Object#blank?", 0, 0, [](Call& c) { return Value(is_blank(c)); }},
      {"Object#class", 0, 0, [](Call& c) { return c.in.heap().constant(class_name(c.self)); }},
      {"Object#freeze", 0, 0, [](Call& c) { return c.self; }},
      {"Object#inspect", 0, 0, inspected},
      {"Object#is_a?", 1, 1, is_kind_of},
      {"Object#nil?", 0, 0, [](Call& c) { return Value(is_nil(c.self)); }},
      {"Object#presence", 0, 0, [](Call& c) { return is_blank(c) ? Value() : c.self; }},
      {"Object#present?", 0, 0, [](Call& c) { return Value(!is_blank(c)); }},
      {"Object#to_s", 0, 0, [](Call& c) { return c.string(c.in.to_s(c.self)); }},
      {"NilClass#=~", 1, 1, [](Call&) { return Value(); }},
      {"NilClass#to_a", 0, 0, [](Call& c) { return c.array({}); }},
      {"NilClass#to_f", 0, 0, [](Call&) { return Value(0.0); }},
      {"NilClass#to_h", 0, 0, [](Call& c) { return Value(c.new_hash()); }},
      {"NilClass#to_i", 0, 0, [](Call&) { return Value(int64_t{0}); }},
      {"Process::Status#exitstatus", 0, 0, [](Call& c) { return Value(status(c)); }},
      {"Process::Status#success?", 0, 0, [](Call& c) { return Value(status(c) == 0); }},
      {"Class#===", 1, 1, [](Call& c) { return Value(is_a(class_name(c.args[0]), c.in.to_s(c.self))); }},
  };
}

}  // namespace kamal::erb
