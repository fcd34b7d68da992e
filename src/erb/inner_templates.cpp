// ERB.new: templates that a template evaluates. Each has its own output, and the variables of a binding or
// none.
#include <utility>

#include "erb/interpreter.h"

namespace kamal::erb {
namespace {

// ERB.new(text), ERB.new(text, trim_mode: "-")
Value new_template(Call& c) {
  const Hash* const options = c.take_options();
  if (c.count() != 1) c.beyond("`ERB.new` with these arguments");
  const Value mode = c.option(options, "trim_mode");
  const auto* trim = as<String>(mode);
  if (kind_of(mode) != Kind::nil && (trim == nullptr || trim->text != "-")) c.beyond("this trim mode");
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

}  // namespace

const Methods& template_methods() {
  static const Methods methods = {
      {"ERB.new", 1, 2, new_template},
      {"ERB#result", 0, 1, result},
  };
  return methods;
}

Scope* Interpreter::new_scope(Scope* parent) {
  limits_.allocate(sizeof(Scope));
  scopes_.emplace_back();
  scopes_.back().parent = parent;
  return &scopes_.back();
}

Value Interpreter::binding() {
  auto* const made = heap_.make<Binding>();
  made->scope = new_scope(scope_);
  return made;
}

std::string Interpreter::render(const Template& one, Scope* scope) {
  const auto level = limits_.deeper();
  limits_.step(100 + one.text.size() / 8);
  const size_t position = position_;
  InnerTemplate inner{one.file, position, one.trim_mode};
  for (const Scope* around = scope; around != nullptr; around = around->parent) {
    for (const auto& [name, value] : around->variables) inner.locals.emplace(name);
  }
  const Program& program = sources_.read(one.text, inner);
  limits_.allocate(one.text.size() + program.nodes.size() * sizeof(Node));
  const Temporarily<std::string> output(output_, "");
  const Temporarily inside(scope_, scope);
  evaluate(program.body);
  position_ = position;
  return std::move(output_);
}

}  // namespace kamal::erb
