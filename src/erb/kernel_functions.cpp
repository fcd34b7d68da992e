// Functions without a receiver, and those of classes.
#include <cmath>

#include "erb/data.h"
#include "erb/elements.h"
#include "erb/format.h"
#include "erb/interpreter.h"
#include "erb/numbers.h"
#include "erb/regexp.h"
#include "kamal/support/shellwords.h"

namespace kamal::erb {
namespace {

void print_lines(Call& c, const std::vector<Value>& values) {
  const Limits::Level level(c.limits());
  for (const Value& value : values) {
    if (const auto* list = as<Array>(value)) {
      print_lines(c, list->items);
      continue;
    }
    std::string text = c.in.to_s(value);
    c.limits().allocate(text.size() + 1);
    if (!text.ends_with('\n')) text += '\n';
    c.in.print(text);
  }
}

Value put_lines(Call& c) {
  c.take_options();
  print_lines(c, c.args);
  if (c.args.empty()) c.in.print("\n");
  return {};
}

Value put(Call& c) {
  for (const Value& value : c.args) {
    const std::string text = c.in.to_s(value);
    c.limits().allocate(text.size());
    c.in.print(text);
  }
  return {};
}

Value inspected(Call& c) {
  for (const Value& value : c.args) c.in.print(c.in.inspect(value) + "\n");
  if (c.args.empty()) return {};
  return c.args.size() == 1 ? c.args[0] : c.array(c.args);
}

// An error keeps the place where it was raised first.
[[noreturn]] void raise_again(Call& c, Error& error) {
  if (error.position == 0) error.position = c.in.position();
  throw RubyError{&error};
}

// raise "text", raise Class, raise Class, "text", raise error, and raise alone for the error being rescued
Value raised(Call& c) {
  const Value what = c.count() == 0 ? c.in.last_error() : c.args[0];
  if (kind_of(what) == Kind::nil && c.count() == 0) c.raise("RuntimeError", "unhandled exception");
  if (auto* error = as<Error>(what)) {
    if (c.has(1)) c.raise(error->class_name, c.in.to_s(c.args[1]));
    raise_again(c, *error);
  }
  if (as<String>(c.args[0])) c.raise("RuntimeError", c.string_arg(0));
  const auto* constant = std::get_if<const Constant*>(&c.args[0]);
  if (!constant || !is_exception((*constant)->path)) c.raise("TypeError", "exception class/object expected");
  c.raise((*constant)->path, c.has(1) ? c.in.to_s(c.args[1]) : (*constant)->path);
}

Value aborted(Call& c) { c.raise("SystemExit", c.count() > 0 ? c.string_arg(0) : "exit"); }

Value required(Call& c) {
  const std::string& name = c.string_arg(0);
  if (name == "dotenv/load") c.in.call(c.in.heap().constant("Dotenv"), "load", {});
  return true;
}

Value made_proc(Call& c) {
  if (!c.block) c.raise("ArgumentError", "tried to create Proc object without a block");
  Proc proc = *c.block;
  if (c.name == "lambda" && proc.kind == Proc::Kind::block) proc.kind = Proc::Kind::lambda;
  return c.in.keep(proc);
}

Value endless(Call& c) {
  if (!c.block) c.beyond("loop without a block");
  try {
    while (true) c.yield({});
  } catch (const RubyError& raised) {
    if (raised.error->class_name != "StopIteration") throw;
  }
  return {};
}

Value to_integer(Call& c) {
  const Hash* const options = c.take_options();
  const Value wants = c.option(options, "exception");
  const bool raises = kind_of(wants) == Kind::nil || truthy(wants);
  if (c.count() == 0) c.raise("ArgumentError", "wrong number of arguments (given 0, expected 1..2)");
  const Value& value = c.args[0];
  if (kind_of(value) == Kind::integer) return value;
  if (kind_of(value) == Kind::floating) return c.in.call(value, "to_i", {});
  if (const auto* text = as<String>(value)) {
    int64_t number = 0;
    if (parse_integer(text->text, static_cast<int>(c.integer_arg(1, 10)), number)) return number;
    if (!raises) return {};
    c.raise("ArgumentError", "invalid value for Integer(): " + c.in.inspect(value));
  }
  if (!raises) return {};
  c.raise("TypeError",
          "can't convert " + (kind_of(value) == Kind::nil ? "nil" : class_name(value)) + " into Integer");
}

Value to_float(Call& c) {
  const Hash* const options = c.take_options();
  const Value wants = c.option(options, "exception");
  const bool raises = kind_of(wants) == Kind::nil || truthy(wants);
  if (c.count() == 0) c.raise("ArgumentError", "wrong number of arguments (given 0, expected 1)");
  const Value& value = c.args[0];
  if (kind_of(value) == Kind::integer) return static_cast<double>(std::get<int64_t>(value));
  if (kind_of(value) == Kind::floating) return value;
  if (const auto* text = as<String>(value)) {
    double number = 0;
    if (parse_float(text->text, number)) return number;
    if (!raises) return {};
    c.raise("ArgumentError", "invalid value for Float(): " + c.in.inspect(value));
  }
  if (!raises) return {};
  c.raise("TypeError",
          "can't convert " + (kind_of(value) == Kind::nil ? "nil" : class_name(value)) + " into Float");
}

Value to_list(Call& c) {
  const Kind kind = kind_of(c.args[0]);
  if (kind == Kind::nil) return c.array({});
  const bool listable =
      kind == Kind::array || kind == Kind::hash || kind == Kind::range || kind == Kind::enumerator;
  if (kind == Kind::array) return c.args[0];
  return c.array(listable ? elements(c.in, c.args[0]) : std::vector<Value>{c.args[0]});
}

Value to_hash(Call& c) {
  const bool nothing =
      kind_of(c.args[0]) == Kind::nil || (as<Array>(c.args[0]) && as<Array>(c.args[0])->items.empty());
  if (nothing) return c.new_hash();
  if (as<Hash>(c.args[0])) return c.args[0];
  c.raise("TypeError", "can't convert " + class_name(c.args[0]) + " into Hash");
}

Value formatted(Call& c) { return c.string(format(c, c.string_arg(0), {c.args.begin() + 1, c.args.end()})); }

Value new_array(Call& c) {
  if (const auto* list = c.count() == 1 ? as<Array>(c.args[0]) : nullptr) return c.array(list->items);
  const int64_t size = c.integer_arg(0, 0);
  if (size < 0) c.raise("ArgumentError", "negative array size");
  c.limits().allocate(static_cast<size_t>(std::min<int64_t>(size, int64_t{1} << 40)) * sizeof(Value));
  std::vector<Value> items;
  for (int64_t i = 0; i < size; ++i) items.push_back(c.block ? c.yield({i}) : c.arg(1));
  return c.array(std::move(items));
}

Value new_hash(Call& c) {
  c.take_options();
  Hash* const hash = c.new_hash();
  hash->fallback = c.arg(0);
  if (c.block) hash->make_fallback = c.in.keep(*c.block);
  return hash;
}

Value new_regexp(Call& c) {
  if (as<Regexp>(c.args[0])) return c.args[0];
  const bool ignores_case = c.has(1) && kind_of(c.args[1]) == Kind::boolean && truthy(c.args[1]);
  if (c.has(1) && kind_of(c.args[1]) != Kind::boolean) c.beyond("options of Regexp.new");
  return make_regexp(c.in, c.string_arg(0), ignores_case ? "i" : "");
}

Value regexp_of_any(Call& c) {
  std::vector<Value> parts = c.args;
  if (parts.size() == 1 && as<Array>(parts[0])) parts = std::vector<Value>(as<Array>(parts[0])->items);
  std::string source;
  for (const Value& part : parts) {
    const auto* regexp = as<Regexp>(part);
    if (!source.empty()) source += '|';
    source +=
        regexp ? (parts.size() == 1 ? regexp->source : c.in.to_s(part)) : escape_regexp(c.in.to_s(part));
  }
  return make_regexp(c.in, source.empty() ? "(?!)" : source, "");
}

Value new_error(Call& c) {
  auto* error = c.in.heap().make<Error>();
  error->class_name = c.in.to_s(c.self);
  error->message = c.has(0) ? c.in.to_s(c.args[0]) : error->class_name;
  return error;
}

// What the reference's helper of this name answers: docker's architecture as images name it.
Value docker_arch(Call& c) {
  const std::string arch = c.in.to_s(
      c.in.call(c.string(c.in.run_command("docker info --format '{{.Architecture}}'")), "strip", {}));
  if (arch.find("aarch64") != std::string::npos) return c.string("arm64");
  return c.string(arch.find("x86_64") != std::string::npos ? "amd64" : arch);
}

}  // namespace

const Methods& kernel_functions() {
  static const Methods methods = {
      {"puts", 0, -1, put_lines},
      {"warn", 0, -1, put_lines},
      {"print", 0, -1, put},
      {"p", 0, -1, inspected},
      {"pp", 0, -1, inspected},
      {"raise", 0, 2, raised},
      {"fail", 0, 2, raised},
      {"abort", 0, 1, aborted},
      {"require", 1, 1, required},
      {"format", 1, -1, formatted},
      {"sprintf", 1, -1, formatted},
      {"rand", 0, 1, [](Call& c) { return c.in.call(c.in.heap().constant("Random"), "rand", c.args); }},
      {"lambda", 0, 0, made_proc},
      {"proc", 0, 0, made_proc},
      {"loop", 0, 0, endless},
      {"Integer", 1, 3, to_integer},
      {"Float", 1, 2, to_float},
      {"String", 1, 1, [](Call& c) { return c.string(c.in.to_s(c.args[0])); }},
      {"Array", 1, 1, to_list},
      {"Hash", 1, 1, to_hash},
      {"binding", 0, 0, [](Call& c) { return c.in.binding(); }},
      {"__dir__", 0, 0, [](Call& c) { return c.string("."); }},
  };
  return methods;
}

const Methods& class_functions() {
  static constexpr auto shell_word = [](Call& c) {
    return c.string(shellwords_escape(c.in.to_s(c.args[0])));
  };
  static const Methods methods = {
      {"Array.new", 0, 2, new_array},
      {"Hash.new", 0, 2, new_hash},
      {"Hash.[]", 1, 1, [](Call& c) { return c.in.call(c.args[0], "to_h", {}); }},
      {"String.new", 0, 1, [](Call& c) { return c.string(c.count() > 0 ? c.string_arg(0) : ""); }},
      {"Regexp.new", 1, 2, new_regexp},
      {"Regexp.escape", 1, 1, [](Call& c) { return c.string(escape_regexp(c.name_arg(0))); }},
      {"Regexp.quote", 1, 1, [](Call& c) { return c.string(escape_regexp(c.name_arg(0))); }},
      {"Regexp.union", 0, -1, regexp_of_any},
      {"Regexp.last_match", 0, 1,
       [](Call& c) {
         const Value match = c.in.last_match();
         return c.count() == 0 || kind_of(match) == Kind::nil ? match : c.in.call(match, "[]", c.args);
       }},
      {"Proc.new", 0, 0, made_proc},
      {"Exception.new", 0, 1, new_error},
      {"Exception.exception", 0, 1, new_error},
      {"Kernel.format", 1, -1, formatted},
      {"Kernel.sprintf", 1, -1, formatted},
      {"Kernel.rand", 0, 1,
       [](Call& c) { return c.in.call(c.in.heap().constant("Random"), "rand", c.args); }},
      {"Math.sqrt", 1, 1,
       [](Call& c) {
         if (c.number_arg(0) < 0)
           c.raise("Math::DomainError", "Numerical argument is out of domain - \"sqrt\"");
         return Value(std::sqrt(c.number_arg(0)));
       }},
      {"Integer.sqrt", 1, 1,
       [](Call& c) { return Value(static_cast<int64_t>(std::sqrt(std::fabs(c.number_arg(0))))); }},
      {"Shellwords.escape", 1, 1, shell_word},
      {"Shellwords.shellescape", 1, 1, shell_word},
      {"Shellwords.join", 1, 1, [](Call& c) { return c.in.call(c.args[0], "shelljoin", {}); }},
      {"Shellwords.shelljoin", 1, 1, [](Call& c) { return c.in.call(c.args[0], "shelljoin", {}); }},
      {"Kamal::Utils.docker_arch", 0, 0, docker_arch},
  };
  return methods;
}

}  // namespace kamal::erb
