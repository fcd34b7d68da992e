// ERB.new: templates that a template evaluates.
#include "erb/interpreter.h"

namespace kamal::erb {
namespace {

TrimMode trim_mode_of(Call& c, const Value& value) {
  if (kind_of(value) == Kind::nil) return TrimMode::none;
  const auto* text = as<String>(value);
  const std::string mode = text ? text->text : "?";
  if (mode.empty()) return TrimMode::none;
  if (mode == "-") return TrimMode::dashes;
  if (mode == ">") return TrimMode::all_tags;
  if (mode == "<>") return TrimMode::tag_lines;
  c.beyond("this trim mode");
}

// ERB.new(text, trim_mode: "-"), and the older ERB.new(text, nil, "-")
Value made(Call& c) {
  const Hash* const options = c.take_options();
  auto* const one = c.in.heap().make<Template>();
  one->text = c.string_arg(0);
  c.limits().allocate(one->text.size());
  one->file = c.in.file_of(as<String>(c.args[0]));
  one->trim_mode = trim_mode_of(c, options ? c.option(options, "trim_mode") : c.arg(2));
  return one;
}

Value result(Call& c) {
  Scope* scope = nullptr;
  if (c.count() > 0) {
    const auto* binding = as<Binding>(c.args[0]);
    if (binding == nullptr)
      c.raise("TypeError", "wrong argument type " + class_name(c.args[0]) + " (expected binding)");
    scope = binding->scope;
  }
  return c.string(c.in.render(*as<Template>(c.self), scope ? scope : c.in.new_scope(nullptr)));
}

Value result_with_hash(Call& c) {
  Scope* const scope = c.in.new_scope(nullptr);
  for (const auto& [name, value] : c.hash_arg(0).entries) {
    const std::string_view kept = c.in.heap().symbol(c.in.to_s(name))->text;
    scope->variables.emplace_back(kept, value);
  }
  return c.string(c.in.render(*as<Template>(c.self), scope));
}

Value* variable(Call& c) {
  const std::string name = c.name_arg(0);
  for (Scope* scope = as<Binding>(c.self)->scope; scope != nullptr; scope = scope->parent) {
    for (auto& [known, value] : scope->variables) {
      if (known == name) return &value;
    }
  }
  return nullptr;
}

Value get_variable(Call& c) {
  if (const Value* const known = variable(c)) return *known;
  c.raise("NameError", "local variable '" + c.name_arg(0) + "' is not defined for #<Binding>");
}

Value set_variable(Call& c) {
  if (Value* const known = variable(c)) return *known = c.args[1];
  c.limits().allocate(sizeof(Value) + sizeof(std::string_view));
  as<Binding>(c.self)->scope->variables.emplace_back(c.in.heap().symbol(c.name_arg(0))->text, c.args[1]);
  return c.args[1];
}

}  // namespace

const Methods& template_functions() {
  static const Methods methods = {{"ERB.new", 1, 4, made}};
  return methods;
}

const Methods& template_methods() {
  static const Methods methods = {
      {"result", 0, 1, result},
      {"result_with_hash", 1, 1, result_with_hash},
  };
  return methods;
}

const Methods& binding_methods() {
  static const Methods methods = {
      {"local_variable_get", 1, 1, get_variable},
      {"local_variable_set", 2, 2, set_variable},
      {"local_variable_defined?", 1, 1, [](Call& c) { return Value(variable(c) != nullptr); }},
  };
  return methods;
}

}  // namespace kamal::erb
