#include "erb/interpreter.h"

#include "erb/regexp.h"
#include "erb/ruby.h"

namespace kamal::erb {
Interpreter::Interpreter(Sources& sources, const Program& program, TemplateContext& context)
    : sources_(sources), program_(program), context_(context) {
  scopes_.emplace_back();
  scope_ = &scopes_.back();
}

std::string Interpreter::run() {
  evaluate(program_.body);
  return std::move(output_);
}

Value Interpreter::evaluate(NodePtr node) {
  if (node == nullptr) return {};
  limits_.step();
  const Limits::Level level(limits_);
  position_ = node->position;
  return std::visit([this](const auto& content) { return eval(content); }, node->content);
}

Value Interpreter::eval(const TextNode& node) {
  const std::string& text = sources_.text(node.index);
  limits_.allocate(text.size());
  output_ += text;
  return {};
}

Value Interpreter::eval(const OutputNode& node) {
  const std::string text = to_s(evaluate(node.value));
  limits_.allocate(text.size());
  output_ += text;
  return {};
}

Value Interpreter::eval(const LiteralNode& node) {
  return std::visit([](const auto& value) { return Value(value); }, node.value);
}

std::string Interpreter::joined(const std::vector<StringPiece>& pieces) {
  std::string text;
  for (const StringPiece& piece : pieces) {
    const size_t before = text.size();
    if (const auto* literal = std::get_if<std::string>(&piece))
      text += *literal;
    else
      text += to_s(evaluate(std::get<NodePtr>(piece)));
    limits_.allocate(text.size() - before);
  }
  return text;
}

Value Interpreter::eval(const StringNode& node) {
  std::string text = joined(node.pieces);
  if (node.kind == StringNode::Kind::symbol) return heap_.symbol(text);
  if (node.kind == StringNode::Kind::command) return heap_.string(run_command(text));
  return heap_.string(std::move(text));
}

Value Interpreter::eval(const RegexpNode& node) {
  const auto known = regexps_.find(&node);
  if (known != regexps_.end()) return known->second;
  Regexp* const regexp = make_regexp(*this, joined(node.pieces), node.options);
  const bool fixed =
      node.pieces.size() <= 1 && (node.pieces.empty() || std::holds_alternative<std::string>(node.pieces[0]));
  if (fixed) regexps_[&node] = regexp;
  return regexp;
}

std::vector<Value> Interpreter::values_of(const std::vector<NodePtr>& nodes) {
  std::vector<Value> values;
  for (const NodePtr node : nodes) values.push_back(evaluate(node));
  return values;
}

Value Interpreter::eval(const ArrayNode& node) { return heap_.array(values_of(node.elements)); }

Value Interpreter::eval(const HashNode& node) {
  auto* hash = heap_.make<Hash>();
  hash->keywords = node.form == HashNode::Form::arguments;
  for (const auto& [key, value] : node.pairs) {
    Value name = evaluate(key);
    if (const auto* text = as<String>(name)) name = heap_.string(text->text);
    set(*hash, name, evaluate(value), limits_);
  }
  return hash;
}

Value Interpreter::eval(const RangeNode& node) {
  auto* range = heap_.make<Range>();
  range->first = evaluate(node.first);
  range->last = evaluate(node.last);
  range->exclusive = node.exclusive;
  const bool open = node.last == nullptr;
  if (!open && !compare(range->first, range->last, limits_)) raise("ArgumentError", "bad value for range");
  return range;
}

Value Interpreter::eval(const LogicNode& node) {
  const Value left = evaluate(node.left);
  const bool decided = truthy(left) == (node.kind == LogicNode::Kind::either);
  return decided ? left : evaluate(node.right);
}

Value Interpreter::eval(const NotNode& node) { return !truthy(evaluate(node.value)); }

Value Interpreter::eval(const IfNode& node) {
  return evaluate(truthy(evaluate(node.condition)) ? node.then_body : node.else_body);
}

Value Interpreter::eval(const SequenceNode& node) {
  Value last;
  for (const NodePtr statement : node.statements) last = evaluate(statement);
  return last;
}

// Of what the check lets pass: variables, classes, and methods of Rails, which is not there.
Value Interpreter::eval(const DefinedNode& node) {
  if (const auto* variable = node.value->as<VariableNode>()) {
    if (variable->kind == VariableNode::Kind::local) return heap_.string("local-variable");
    return instance_variables_.count(variable->name) ? heap_.string("instance-variable") : Value();
  }
  const auto* name = node.value->as<ConstantNode>();
  return name && is_known_constant(name->path) ? heap_.string("constant") : Value();
}

Value Interpreter::eval(const ConstantNode& node) {
  const std::string& path = node.path;
  if (path.starts_with("RUBY_")) {
    if (ruby_constants_.empty()) ruby_constants_ = ruby_facts(context_);
    return heap_.string(ruby_constants_.at(path));
  }
  if (path == "ARGV") {
    std::vector<Value> arguments;
    for (const std::string& one : context_.arguments) arguments.push_back(heap_.string(one));
    return heap_.array(std::move(arguments));
  }
  if (path == "Kamal::VERSION") return heap_.string("2.12.0");
  if (!is_known_constant(path)) raise("NameError", "uninitialized constant " + path);
  return heap_.constant(path);
}

std::string Interpreter::run_command(const std::string& command) {
  touched_outside_ = true;
  auto* status = heap_.make<Status>();
  const CommandOutput output = run_template_command(*this, command);
  status->status = output.status;
  last_status_ = status;
  printed_ += output.errors;
  return output.text;
}

void Interpreter::raise(std::string_view class_name, std::string message) {
  auto* error = heap_.make<Error>();
  error->class_name = class_name;
  error->message = std::move(message);
  error->position = position_;
  throw RubyError{error};
}

}  // namespace kamal::erb
