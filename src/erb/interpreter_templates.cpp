// Templates in templates: each has its own output, and the variables of a binding or none.
#include <utility>

#include "erb/interpreter.h"

namespace kamal::erb {

Scope* Interpreter::new_scope(Scope* parent) {
  limits_.allocate(sizeof(Scope));
  scopes_.emplace_back();
  scopes_.back().parent = parent;
  return &scopes_.back();
}

Value Interpreter::binding() {
  ++kept_blocks_;
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
    const void* home;
    const void* method_frame;
  };
  struct Restore {
    Interpreter& in;
    Frame before;
    ~Restore() {
      in.output_ = std::move(before.output);
      in.scope_ = before.scope;
      in.home_ = before.home;
      in.method_frame_ = before.method_frame;
    }
  } const restore{*this,
                  {std::exchange(output_, ""), std::exchange(scope_, scope), std::exchange(home_, nullptr),
                   std::exchange(method_frame_, nullptr)}};
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
  for (const auto& [name, definition] : definitions_) inner.definitions.insert(name);
  for (const auto& [name, value] : constants_) inner.constants.insert(name);
  const Program& program = sources_.read(one.text, inner);
  limits_.allocate(one.text.size() + program.nodes.size() * sizeof(Node));
  known = &program;
  return program;
}

}  // namespace kamal::erb
