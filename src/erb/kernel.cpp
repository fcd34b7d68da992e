// Functions without a receiver, and what classes have that need no file of their own.
#include "erb/interpreter.h"
#include "erb/text.h"
#include "kamal/support/quoting.h"
#include "kamal/support/strings.h"

namespace kamal::erb {
namespace {

void print(Call& c, const std::string& text) {
  c.limits().allocate(text.size());
  c.in.print(text);
}

void print_lines(Call& c, const std::vector<Value>& values) {
  const Limits::Level level(c.limits());
  for (const Value& value : values) {
    if (const auto* list = as<Array>(value)) {
      print_lines(c, list->items);
      continue;
    }
    const std::string text = c.in.to_s(value);
    print(c, text.ends_with('\n') ? text : text + '\n');
  }
}

Value put_lines(Call& c) {
  c.take_options();
  print_lines(c, c.args);
  if (c.args.empty()) print(c, "\n");
  return {};
}

Value put(Call& c) {
  for (const Value& value : c.args) print(c, c.in.to_s(value));
  return {};
}

Value inspected(Call& c) {
  for (const Value& value : c.args) print(c, c.in.inspect(value) + "\n");
  if (c.args.empty()) return {};
  return c.args.size() == 1 ? c.args[0] : c.array(c.args);
}

// raise "text", raise Class, raise Class, "text", raise error, and raise alone for the error being rescued
Value raised(Call& c) {
  const Value what = c.count() == 0 ? c.in.last_error() : c.args[0];
  if (kind_of(what) == Kind::nil && c.count() == 0) c.raise("RuntimeError", "unhandled exception");
  if (auto* error = as<Error>(what)) {
    if (c.has(1)) c.raise(error->class_name, c.in.to_s(c.args[1]));
    if (error->position == 0) error->position = c.in.position();  // where it was raised first
    throw RubyError{error};
  }
  if (as<String>(c.args[0])) c.raise("RuntimeError", c.string_arg(0));
  const auto* constant = std::get_if<const Constant*>(&c.args[0]);
  if (!constant || !is_exception((*constant)->path)) c.raise("TypeError", "exception class/object expected");
  c.raise((*constant)->path, c.has(1) ? c.in.to_s(c.args[1]) : (*constant)->path);
}

Value aborted(Call& c) { c.raise("SystemExit", c.count() > 0 ? c.string_arg(0) : "exit"); }

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
  if (kind_of(c.args[0]) == Kind::integer) return c.args[0];
  if (kind_of(c.args[0]) == Kind::floating) return c.in.call(c.args[0], "to_i", {});
  const auto* text = as<String>(c.args[0]);
  if (const auto number = text ? whole_integer(text->text) : std::nullopt) return *number;
  if (text && text->text.starts_with('0')) c.beyond("`Integer` of this kind of number");
  no_number(c);
}

Value to_float(Call& c) {
  if (kind_of(c.args[0]) == Kind::integer) return c.in.call(c.args[0], "to_f", {});
  if (kind_of(c.args[0]) == Kind::floating) return c.args[0];
  const auto* text = as<String>(c.args[0]);
  if (const auto number = text ? whole_float(text->text) : std::nullopt) return *number;
  no_number(c);
}

Value to_list(Call& c) {
  const Kind kind = kind_of(c.args[0]);
  if (kind == Kind::array) return c.args[0];
  if (kind == Kind::nil) return c.array({});
  return c.array(kind == Kind::hash || kind == Kind::range ? elements(c.in, c.args[0])
                                                           : std::vector<Value>{c.args[0]});
}

Value formatted(Call& c) { return c.string(format(c, c.string_arg(0), {c.args.begin() + 1, c.args.end()})); }

Value new_error(Call& c) {
  auto* error = c.in.heap().make<Error>();
  error->class_name = c.in.to_s(c.self);
  error->message = c.has(0) ? c.in.to_s(c.args[0]) : error->class_name;
  return error;
}

// Kamal's helper: Docker's architecture as images name it.
Value docker_arch(Call& c) {
  const std::string arch = strip(c.in.run_command("docker info --format '{{.Architecture}}'"));
  if (arch.find("aarch64") != std::string::npos) return c.string("arm64");
  return c.string(arch.find("x86_64") != std::string::npos ? "amd64" : arch);
}

}  // namespace

const Methods& kernel_functions() {
  static const Methods methods = {
      {"Array", 1, 1, to_list},
      {"Float", 1, 1, to_float},
      {"Integer", 1, 1, to_integer},
      {"String", 1, 1, [](Call& c) { return c.string(c.in.to_s(c.args[0])); }},
      {"__dir__", 0, 0, [](Call& c) { return c.string("."); }},
      {"abort", 0, 1, aborted},
      {"binding", 0, 0, [](Call& c) { return c.in.binding(); }},
      {"format", 1, -1, formatted},
      {"p", 0, -1, inspected},
      {"print", 0, -1, put},
      {"puts", 0, -1, put_lines},
      {"raise", 0, 2, raised},
      {"require", 1, 1, required},
      {"sprintf", 1, -1, formatted},
      {"warn", 0, -1, put_lines},
  };
  return methods;
}

const Methods& class_functions() {
  static constexpr auto shell_word = [](Call& c) {
    return c.string(shellwords_escape(c.in.to_s(c.args[0])));
  };
  static const Methods methods = {
      {"Exception.new", 0, 1, new_error},
      {"Kamal::Utils.docker_arch", 0, 0, docker_arch},
      {"Shellwords.escape", 1, 1, shell_word},
      {"Shellwords.join", 1, 1, [](Call& c) { return c.in.call(c.args[0], "shelljoin", {}); }},
  };
  return methods;
}

}  // namespace kamal::erb
