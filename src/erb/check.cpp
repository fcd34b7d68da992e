// What can be said about a program before it runs.
#include <algorithm>
#include <array>
#include <filesystem>

#include "erb/parser.h"
#include "erb/regexp.h"
#include "erb/registry.h"
#include "kamal/support/files.h"

namespace kamal::erb {
namespace {

// Libraries that Kamal loads: requiring them has no effect here.
constexpr std::array libraries = {"yaml", "psych", "json", "erb", "date", "time", "dotenv", "dotenv/load"};

// Of a literal without interpolation.
const std::string* plain_text(NodePtr node) {
  const auto* text = node ? node->as<StringNode>() : nullptr;
  return text && text->pieces.size() == 1 ? std::get_if<std::string>(&text->pieces[0]) : nullptr;
}

class Checker {
 public:
  explicit Checker(const Program& program) : program_(program) {}

  void run() {
    for (const Node& node : program_.nodes) {
      if (const auto* defined = node.as<DefinedNode>()) asks_for_rails_ |= is_of_rails(defined->value);
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
    const auto* variable = node.value ? node.value->as<VariableNode>() : nullptr;
    const bool known = (variable && variable->kind != VariableNode::Kind::global) ||
                       is_of_rails(node.value) || (node.value && node.value->as<ConstantNode>());
    if (!known) fail("`defined?` of this");
  }

  void visit(const ConstantNode& node) {
    if (asks_for_rails_ && names_rails(node.path)) return;
    if (!is_known_constant(node.path)) fail("the constant " + node.path);
  }

  void visit(const VariableNode& node) {
    if (node.kind != VariableNode::Kind::global) return;
    const bool group = node.name.size() == 2 && node.name[1] >= '1' && node.name[1] <= '9';
    if (!group && node.name != "$?" && node.name != "$~" && node.name != "$!")
      fail("the variable " + node.name);
  }

  void visit(const AssignNode& node) {
    const auto* variable = node.target->as<VariableNode>();
    if (variable && variable->kind == VariableNode::Kind::global) fail("assigning to " + variable->name);
  }

  void visit(const RegexpNode& node) {
    std::string source;
    for (const StringPiece& piece : node.pieces) {
      const auto* text = std::get_if<std::string>(&piece);
      if (text == nullptr) return;
      source += *text;
    }
    try {
      const Pattern pattern(source, node.options);
    } catch (const PatternError& error) {
      fail(error.what());
    }
  }

  void visit(const CallNode& node) {
    if (node.block && !node.block->method.empty() && !knows_method(node.block->method, 0))
      fail("the method `" + node.block->method + "`");
    if (node.receiver == nullptr) return function(node);
    if (asks_for_rails_ && is_of_rails(node.receiver)) return;
    const auto* constant = node.receiver->as<ConstantNode>();
    if (constant && !is_plain_value(constant->path)) return class_function(node, constant->path);
    if (!knows_method(node.name, node.arguments.size())) fail("the method `" + node.name + "`");
  }

  // A constant that is no class.
  static bool is_plain_value(const std::string& path) {
    return path.starts_with("RUBY_") || path == "Kamal::VERSION" || path == "ARGV";
  }

  void function(const CallNode& node) {
    const Method* const known = find_function(node.name);
    if (known == nullptr || !accepts(*known, node.arguments.size())) fail("`" + node.name + "`");
    if (node.name != "require") return;
    const auto* name = node.arguments[0]->as<StringNode>();
    const auto* text =
        name && name->pieces.size() == 1 ? std::get_if<std::string>(&name->pieces[0]) : nullptr;
    if (!text || std::find(libraries.begin(), libraries.end(), *text) == libraries.end())
      fail("this `require`");
  }

  void class_function(const CallNode& node, const std::string& path) {
    const Method* const known = find_class_method(path, node.name);
    if (known == nullptr || !accepts(*known, node.arguments.size())) fail("`" + path + "." + node.name + "`");
  }

  [[noreturn]] void fail(const std::string& what) const {
    throw NotUnderstood(position_, what + " is not known");
  }

  const Program& program_;
  bool asks_for_rails_ = false;
  size_t position_ = 0;
};

// --- Files that a template evaluates

constexpr int max_depth = 8;  // of templates in templates

const CallNode* call_of(NodePtr node, std::string_view constant, std::string_view name) {
  const auto* call = node->as<CallNode>();
  if (call == nullptr || call->receiver == nullptr || call->name != name) return nullptr;
  const auto* receiver = call->receiver->as<ConstantNode>();
  return receiver && receiver->path == constant ? call : nullptr;
}

// The name in ERB.new(File.read("name"), ...).
const std::string* file_of(const CallNode& made) {
  const CallNode* const read = call_of(made.arguments[0], "File", "read");
  return read ? plain_text(read->arguments[0]) : nullptr;
}

TrimMode trim_mode_of(const CallNode& made) {
  const auto* options = made.arguments.back()->as<HashNode>();
  const std::string* const mode = options ? plain_text(options->pairs.back().second) : nullptr;
  return mode && *mode == "-" ? TrimMode::dashes : TrimMode::none;
}

std::optional<std::string> text_of_partial(const std::string& file) {
  std::error_code error;
  if (!std::filesystem::is_regular_file(file, error)) return std::nullopt;
  if (std::filesystem::file_size(file, error) > Limits::max_code || error) return std::nullopt;
  try {
    return read_file(file);
  } catch (const std::exception&) {
    return std::nullopt;
  }
}

// Any variable may be one of a binding.
Parser::Names variables_of(const Program& program) {
  Parser::Names names;
  for (const Node& node : program.nodes) {
    const auto* variable = node.as<VariableNode>();
    if (variable && variable->kind == VariableNode::Kind::local) names.insert(variable->name);
  }
  for (const BlockNode& block : program.blocks) {
    for (const Parameter& parameter : block.parameters) names.insert(parameter.name);
  }
  return names;
}

void check_partials_of(const Program& program, int depth) {
  for (const Node& node : program.nodes) {
    const CallNode* const made = call_of(&node, "ERB", "new");
    const std::string* const file = made ? file_of(*made) : nullptr;
    const auto text = file ? text_of_partial(*file) : std::nullopt;
    if (!text) continue;
    Source source;
    try {
      source = compile(*text, trim_mode_of(*made));
      const Program partial = Parser(source, variables_of(program)).parse();
      Checker(partial).run();
      if (depth < max_depth) check_partials_of(partial, depth + 1);
    } catch (const NotUnderstood& error) {
      throw NotUnderstood(node.position,
                          *file + ":" + std::to_string(source.line_of(error.position)) + ": " + error.what());
    }
  }
}

}  // namespace

void check(const Program& program) { Checker(program).run(); }

void check_partials(const Program& program) { check_partials_of(program, 1); }

}  // namespace kamal::erb
