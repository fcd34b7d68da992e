// ERB.new: templates that a template evaluates. Each has its own output, and the variables of a binding or
// none.
#include <utility>

#include "erb/interpreter.h"

namespace kamal::erb {
namespace {

TrimMode trim_mode_of(Call& c, const Value& value) {
  const auto* text = as<String>(value);
  if (kind_of(value) == Kind::nil || (text && text->text.empty())) return TrimMode::none;
  if (text == nullptr || text->text != "-") c.beyond("this trim mode");
  return TrimMode::dashes;
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

Scope* Interpreter::new_scope(Scope* parent) {
  limits_.allocate(sizeof(Scope));
  scopes_.emplace_back();
  scopes_.back().parent = parent;
  return &scopes_.back();
}

Value Interpreter::binding() {
  ++bindings_;
  auto* const made = heap_.make<Binding>();
  made->scope = new_scope(scope_);
  return made;
}

std::string Interpreter::file_of(const String* text) const {
  const auto known = files_.find(text);
  return known == files_.end() ? "" : known->second;
}

std::string Interpreter::render(const Template& one, Scope* scope) {
  const Limits::Level level(limits_);
  const size_t position = position_;
  const Program& program = program_of(one, scope);
  struct Frame {
    std::string output;
    Scope* scope;
    const Block* block;
  };
  struct Restore {
    Interpreter& in;
    Frame before;
    ~Restore() {
      in.output_ = std::move(before.output);
      in.scope_ = before.scope;
      in.block_ = before.block;
    }
  } const restore{*this,
                  {std::exchange(output_, ""), std::exchange(scope_, scope), std::exchange(block_, nullptr)}};
  run_program(program);
  position_ = position;
  return std::move(output_);
}

// Read once for each set of variables: whether a name is one of them decides how code is read.
const Program& Interpreter::program_of(const Template& one, const Scope* scope) {
  InnerTemplate inner{one.file, position_, one.trim_mode};
  for (; scope != nullptr; scope = scope->parent) {
    for (const auto& [name, value] : scope->variables) inner.locals.emplace(name);
  }
  const Program*& known = inner_programs_[{&one, inner.locals}];
  if (known != nullptr) return *known;
  limits_.step(one.text.size() / 8);
  for (const auto& [name, value] : constants_) inner.constants.insert(name);
  const Program& program = sources_.read(one.text, inner);
  limits_.allocate(one.text.size() + program.nodes.size() * sizeof(Node));
  known = &program;
  return program;
}

}  // namespace kamal::erb
