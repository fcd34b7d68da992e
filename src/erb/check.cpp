#include "erb/check.h"

#include <algorithm>
#include <array>
#include <filesystem>
#include <optional>

#include "erb/parser.h"
#include "erb/pattern.h"
#include "erb/pattern_syntax.h"
#include "erb/registry.h"
#include "erb/source.h"
#include "kamal/support/files.h"

namespace kamal::erb {
namespace {

// Libraries of Ruby and those that Kamal loads: requiring them has no effect here.
constexpr std::array libraries = {"yaml",       "psych",   "json",        "erb",    "date",
                                  "time",       "dotenv",  "dotenv/load", "base64", "securerandom",
                                  "shellwords", "set",     "pathname",    "uri",    "digest",
                                  "open3",      "etc",     "socket",      "tmpdir", "tempfile",
                                  "fileutils",  "ostruct", "English",     "pp",     "bundler"};

// Of a literal without interpolation.
const std::string* plain_text(NodePtr node, StringNode::Kind kind = StringNode::Kind::string) {
  const auto* text = node ? node->as<StringNode>() : nullptr;
  if (text == nullptr || text->kind != kind || text->pieces.size() != 1) return nullptr;
  return std::get_if<std::string>(&text->pieces[0]);
}

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
    if (!is_own(node.path) && !is_known_constant(node.path)) fail("the constant " + node.path);
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
    if (const auto* name = plain_text(node.block_argument, StringNode::Kind::symbol);
        name && !knows_method(*name))
      fail("the method `" + *name + "`");
    if (node.receiver == nullptr) return function(node);
    if (asks_for_rails_ && is_of_rails(node.receiver)) return;
    if (const auto* constant = node.receiver->as<ConstantNode>(); constant && !is_own(constant->path)) {
      if (!is_plain_value(constant->path)) return class_function(node, constant->path);
    }
    if (splats(node) ? !knows_method(node.name) : !knows_method(node.name, node.arguments.size())) {
      fail("the method `" + node.name + "`");
    }
  }

  // A constant that is no class.
  static bool is_plain_value(const std::string& path) {
    return path.starts_with("RUBY_") || path == "Kamal::VERSION" || path == "ARGV" ||
           path == "File::SEPARATOR";
  }

  void function(const CallNode& node) {
    const Method* const known = find_function(node.name);
    if (known == nullptr || !fits(*known, node)) fail("`" + node.name + "`");
    if (node.name == "require") required(node);
  }

  void required(const CallNode& node) {
    const std::string* const name = plain_text(node.arguments[0].value);
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
  bool is_own(const std::string& constant) const { return program_.constants.count(constant) > 0; }
  [[noreturn]] void fail(const std::string& what) const {
    throw NotUnderstood(position_, what + " is not known");
  }

  const Program& program_;
  bool asks_for_rails_ = false;
  size_t position_ = 0;
};

constexpr int max_depth = 8;  // of templates in templates
constexpr uintmax_t max_size = 512 * 1024;

const CallNode* call_of(NodePtr node, std::string_view constant, std::string_view name) {
  const auto* call = node ? node->as<CallNode>() : nullptr;
  if (call == nullptr || call->receiver == nullptr || call->name != name) return nullptr;
  const auto* receiver = call->receiver->as<ConstantNode>();
  return receiver && receiver->path == constant ? call : nullptr;
}

// The name in ERB.new(File.read("name"), ...).
const std::string* file_of(const Node& node) {
  const CallNode* const made = call_of(&node, "ERB", "new");
  if (made == nullptr || made->arguments.empty()) return nullptr;
  const CallNode* const read = call_of(made->arguments[0].value, "File", "read");
  return read && read->arguments.size() == 1 ? plain_text(read->arguments[0].value) : nullptr;
}

TrimMode trim_mode_of(const CallNode& made) {
  const auto* options = made.arguments.back().value->as<HashNode>();
  for (const auto& [key, value] : options ? options->pairs : decltype(options->pairs)()) {
    const std::string* const mode = plain_text(value);
    if (mode && *mode == "-") return TrimMode::dashes;
  }
  return TrimMode::none;
}

std::optional<std::string> text_of(const std::string& file) {
  std::error_code error;
  if (!std::filesystem::is_regular_file(file, error)) return std::nullopt;
  if (std::filesystem::file_size(file, error) > max_size || error) return std::nullopt;
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

void check_file(const std::string& file, TrimMode mode, const Program& around, int depth);

void check_calls(const Program& program, int depth) {
  for (const Node& node : program.nodes) {
    const std::string* const file = file_of(node);
    if (file == nullptr) continue;
    try {
      check_file(*file, trim_mode_of(*node.as<CallNode>()), program, depth);
    } catch (const NotUnderstood& error) {
      throw NotUnderstood(node.position, error.what());
    }
  }
}

void check_file(const std::string& file, TrimMode mode, const Program& around, int depth) {
  const auto text = text_of(file);
  if (!text) return;
  Source source;
  try {
    source = compile(*text, mode);
    Program program = Parser(source, variables_of(around)).parse();
    program.constants.insert(around.constants.begin(), around.constants.end());
    check(program);
    if (depth < max_depth) check_calls(program, depth + 1);
  } catch (const NotUnderstood& error) {
    throw NotUnderstood(0, file + ":" + std::to_string(source.line_of(error.position)) + ": " + error.what());
  }
}

}  // namespace

void check(const Program& program) { Checker(program).run(); }

void check_inner_templates(const Program& program) { check_calls(program, 1); }

}  // namespace kamal::erb
