#include "erb/check.h"

#include <algorithm>
#include <array>

#include "erb/interpreter.h"
#include "erb/methods.h"
#include "erb/not_understood.h"
#include "erb/pattern.h"
#include "erb/pattern_syntax.h"

namespace kamal::erb {
namespace {

// Ruby's own libraries and the ones of the reference: to load them has no effect but to make names known.
constexpr std::array libraries = {"yaml",       "psych",   "json",        "erb",    "date",
                                  "time",       "dotenv",  "dotenv/load", "base64", "securerandom",
                                  "shellwords", "set",     "pathname",    "uri",    "digest",
                                  "open3",      "etc",     "socket",      "tmpdir", "tempfile",
                                  "fileutils",  "ostruct", "English",     "pp",     "bundler"};

class Checker {
 public:
  explicit Checker(const Program& program) : program_(program) {}

  void run() {
    for (const Node& node : program_.nodes) {
      if (const auto* defined = node.as<DefinedNode>()) visit(*defined);
    }
    for (const Node& node : program_.nodes) {
      position_ = node.position;
      std::visit([this](const auto& content) { visit(content); }, node.content);
    }
  }

 private:
  template <class Other>
  void visit(const Other&) {}

  // Rails is what templates ask for (`Rails.env if defined?(Rails)`), and it is never there.
  static bool is_of_rails(NodePtr node) {
    while (node != nullptr && node->as<CallNode>()) node = node->as<CallNode>()->receiver;
    return node != nullptr && node->as<ConstantNode>() && names_rails(node->as<ConstantNode>()->path);
  }
  static bool names_rails(const std::string& path) { return path == "Rails" || path.starts_with("Rails::"); }

  void visit(const DefinedNode& node) {
    if (is_of_rails(node.value)) asks_for_rails_ = true;
  }

  void visit(const ConstantNode& node) {
    if (asks_for_rails_ && names_rails(node.path)) return;
    if (is_own(node.path) || is_known_constant(node.path)) return;
    const bool scope = node.path == "Errno" || node.path == "Process";
    if (!scope) fail("the constant " + node.path);
  }

  void visit(const VariableNode& node) {
    if (node.kind != VariableNode::Kind::global) return;
    const bool group = node.name.size() == 2 && node.name[1] >= '1' && node.name[1] <= '9';
    if (!group && node.name != "$?" && node.name != "$~" && node.name != "$!")
      fail("the variable " + node.name);
  }

  void visit(const RegexpNode& node) {
    const bool fixed = std::all_of(node.pieces.begin(), node.pieces.end(), [](const StringPiece& piece) {
      return std::holds_alternative<std::string>(piece);
    });
    std::string source;
    for (const StringPiece& piece : node.pieces) {
      if (const auto* text = std::get_if<std::string>(&piece)) source += *text;
    }
    if (!fixed) return;
    try {
      const Pattern pattern(source, node.options);
    } catch (const PatternError& error) {
      fail(error.what());
    }
  }

  void visit(const CallNode& node) {
    if (node.receiver == nullptr) return function(node);
    if (asks_for_rails_ && is_of_rails(node.receiver)) return;
    if (const auto* constant = node.receiver->as<ConstantNode>(); constant && !is_own(constant->path)) {
      if (!is_plain_value(constant->path)) return class_function(node, constant->path);
    }
    if (splats(node) ? !knows(node.name) : !knows_method(node.name, node.arguments.size())) {
      fail("the method `" + node.name + "`");
    }
  }

  // A constant that is no class.
  static bool is_plain_value(const std::string& path) {
    return path.starts_with("RUBY_") || path == "Kamal::VERSION" || path == "ARGV" ||
           path == "File::SEPARATOR" || path == "Float::INFINITY" || path == "Math::PI";
  }

  void function(const CallNode& node) {
    if (program_.definitions.count(node.name) > 0) return;
    const Method* const known = find_function(node.name);
    if (known == nullptr || !fits(*known, node)) fail("`" + node.name + "`");
    if (node.name == "require") required(node);
  }

  void required(const CallNode& node) {
    const auto* text = node.arguments[0].value->as<StringNode>();
    const auto* name =
        text && text->pieces.size() == 1 ? std::get_if<std::string>(&text->pieces[0]) : nullptr;
    if (!name || std::find(libraries.begin(), libraries.end(), *name) == libraries.end())
      fail("this `require`");
  }

  void class_function(const CallNode& node, const std::string& path) {
    const Method* known = find_class_function(path + "." + node.name);
    if (known == nullptr && is_exception(path)) known = find_class_function("Exception." + node.name);
    if (known == nullptr) known = find_method(Kind::constant, node.name);
    if (known == nullptr || !fits(*known, node)) fail("`" + path + "." + node.name + "`");
  }

  static bool splats(const CallNode& node) {
    return std::any_of(node.arguments.begin(), node.arguments.end(),
                       [](const Element& one) { return one.kind == Element::Kind::splat; });
  }
  static bool fits(const Method& method, const CallNode& node) {
    return splats(node) || accepts(method, node.arguments.size());
  }
  static bool knows(const std::string& name) {
    for (size_t kind = 0; kind < kinds; ++kind) {
      if (find_method(static_cast<Kind>(kind), name) != nullptr) return true;
    }
    return false;
  }
  bool is_own(const std::string& constant) const { return program_.constants.count(constant) > 0; }
  [[noreturn]] void fail(const std::string& what) const {
    throw NotUnderstood(position_, what + " is not known");
  }

  const Program& program_;
  bool asks_for_rails_ = false;
  size_t position_ = 0;
};

}  // namespace

void check(const Program& program) { Checker(program).run(); }

}  // namespace kamal::erb
