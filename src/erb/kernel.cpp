// Functions without a receiver, and methods of all values and of those that have few.
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
  if (kind_of(what) == Kind::nil && c.count() == 0) c.raise("RuntimeError", "unhandled exception");
  if (auto* error = as<Error>(what)) {
    if (c.has(1)) c.raise(error->class_name, c.in.to_s(c.args[1]));
    throw RubyError{error};
  }
  if (as<String>(what)) c.raise("RuntimeError", c.string_arg(0));
  const auto* constant = as<Constant>(what);
  if (!constant || !is_exception(constant->path)) c.raise("TypeError", "exception class/object expected");
  c.raise(constant->path, c.has(1) ? c.in.to_s(c.args[1]) : constant->path);
}

Value aborted(Call& c) { c.raise("SystemExit", c.count() > 0 ? c.string_arg(0) : "exit"); }

// Of what the check lets pass, all is there.
Value required(Call& c) {
  if (c.string_arg(0) == "dotenv/load") c.in.call(c.in.heap().constant("Dotenv"), "load", {});
  return true;
}

[[noreturn]] void no_number(Call& c) {
  const std::string wanted(c.name);
  if (as<String>(c.args[0]))
    c.raise("ArgumentError", "invalid value for " + wanted + "(): " + c.in.inspect(c.args[0]));
  c.raise("TypeError", "can't convert " + type_text(c.args[0]) + " into " + wanted);
}

Value to_integer(Call& c) {
  if (kind_of(c.args[0]) == Kind::integer || kind_of(c.args[0]) == Kind::floating)
    return c.in.call(c.args[0], "to_i", {});
  const auto* text = as<String>(c.args[0]);
  if (const auto number = text ? whole_integer(text->text) : std::nullopt) return *number;
  if (text && text->text.starts_with('0')) c.beyond("`Integer` of this kind of number");
  no_number(c);
}

Value to_float(Call& c) {
  if (kind_of(c.args[0]) == Kind::integer || kind_of(c.args[0]) == Kind::floating)
    return c.in.call(c.args[0], "to_f", {});
  const auto* text = as<String>(c.args[0]);
  if (const auto number = text ? whole_float(text->text) : std::nullopt) return *number;
  no_number(c);
}

// Kamal's helper: Docker's architecture as images name it.
Value docker_arch(Call& c) {
  const std::string arch = strip(c.in.run_command("docker info --format '{{.Architecture}}'"));
  if (arch.find("aarch64") != std::string::npos) return c.string("arm64");
  return c.string(arch.find("x86_64") != std::string::npos ? "amd64" : arch);
}

Value inspected(Call& c) {
  if (as<MatchData>(c.self)) c.beyond("`inspect` of a match");
  return c.string(c.in.inspect(c.self));
}

template <class Wanted>
Value compared(Call& c, Wanted wanted) {
  const Kind kind = kind_of(c.self);
  const bool comparable = kind == Kind::integer || kind == Kind::floating || kind == Kind::string ||
                          kind == Kind::symbol || kind == Kind::time;
  if (!comparable) c.in.no_method(c.self, c.name);
  return wanted(ordered(c, c.self, c.args[0]), 0);
}

Value spaceship(Call& c) {
  const auto order = compare(c.self, c.args[0], c.limits());
  return order ? Value(int64_t{*order}) : Value();
}

Value is_kind_of(Call& c) {
  const auto* wanted = as<Constant>(c.args[0]);
  if (wanted == nullptr) c.raise("TypeError", "class or module required");
  return is_a(class_name(c.self), wanted->path);
}

bool is_blank(const Value& value) {
  if (const auto* text = as<String>(value)) return strip_left(text->text).empty();
  if (const auto* list = as<Array>(value)) return list->items.empty();
  if (const auto* hash = as<Hash>(value)) return hash->entries.empty();
  return !truthy(value);
}

}  // namespace

const Methods& kernel_methods() {
  static const Methods methods = {
      {"Kernel#Float", 1, 1, to_float},
      {"Kernel#Integer", 1, 1, to_integer},
      {"Kernel#__dir__", 0, 0, [](Call& c) { return c.string("."); }},
      {"Kernel#abort", 0, 1, aborted},
      {"Kernel#binding", 0, 0, [](Call& c) { return c.in.binding(); }},
      {"Kernel#format", 1, -1,
       [](Call& c) {
         return c.string(format(c, c.string_arg(0), {c.args.begin() + 1, c.args.end()}));
       }},
      {"Kernel#puts", 0, -1, put_lines},
      {"Kernel#raise", 0, 2, raised},
      {"Kernel#require", 1, 1, required},
      {"Kernel#warn", 0, -1, put_lines},
      {"Exception#message", 0, 0, [](Call& c) { return c.string(as<Error>(c.self)->message); }},
      {"Kamal::Utils.docker_arch", 0, 0, docker_arch},
  };
  return methods;
}

const Methods& object_methods() {
  static constexpr auto equal = [](Call& c) { return Value(c.in.equal(c.self, c.args[0])); };
  static constexpr auto status = [](Call& c) { return int64_t{as<Status>(c.self)->status}; };
  static const Methods methods = {
      {"Object#<", 1, 1, [](Call& c) { return compared(c, std::less<>()); }},
      {"Object#<=", 1, 1, [](Call& c) { return compared(c, std::less_equal<>()); }},
      {"Object#<=>", 1, 1, spaceship},
      {"Object#==", 1, 1, equal},
      {"Object#===", 1, 1, equal},
      {"Object#>", 1, 1, [](Call& c) { return compared(c, std::greater<>()); }},
      {"Object#>=", 1, 1, [](Call& c) { return compared(c, std::greater_equal<>()); }},
      {"Object#blank?", 0, 0, [](Call& c) { return Value(is_blank(c.self)); }},
      {"Object#class", 0, 0, [](Call& c) { return (c.in.heap().constant(class_name(c.self))); }},
      {"Object#freeze", 0, 0, [](Call& c) { return c.self; }},
      {"Object#inspect", 0, 0, inspected},
      {"Object#is_a?", 1, 1, is_kind_of},
      {"Object#nil?", 0, 0, [](Call& c) { return Value(kind_of(c.self) == Kind::nil); }},
      {"Object#presence", 0, 0, [](Call& c) { return is_blank(c.self) ? Value() : c.self; }},
      {"Object#present?", 0, 0, [](Call& c) { return Value(!is_blank(c.self)); }},
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
  return methods;
}

}  // namespace kamal::erb
