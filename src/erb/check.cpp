// Checks a program before it runs.
#include <algorithm>
#include <array>
#include <filesystem>
#include <utility>

#include "erb/builtins.h"
#include "erb/parser.h"
#include "erb/regexp.h"
#include "erb/source.h"
#include "erb/text.h"
#include "kamal/support/files.h"

namespace kamal::erb {
namespace {

// Libraries that Kamal loads: requiring them has no effect here.
constexpr std::array libraries = {"yaml", "psych", "json", "erb", "date", "time", "dotenv", "dotenv/load"};

// The text of a literal without interpolation; null for others.
const std::string* plain_text(const std::vector<StringPiece>& pieces) {
  return pieces.size() == 1 ? std::get_if<std::string>(&pieces[0]) : nullptr;
}

const std::string* plain_text(NodePtr node) {
  const auto* text = node->as<StringNode>();
  return text ? plain_text(text->pieces) : nullptr;
}

TrimMode trim_mode_of(const CallNode& made) {
  const auto* options = made.arguments.back()->as<HashNode>();
  const bool given = options && !options->pairs.empty();
  const std::string* const mode = given ? plain_text(options->pairs.back().second) : nullptr;
  return mode && *mode == "-" ? TrimMode::dashes : TrimMode::none;
}

std::optional<std::string> text_of_partial(const std::string& file) {
  std::error_code error;
  const auto size = std::filesystem::file_size(file, error);
  if (error || size > Limits::max_code) return std::nullopt;
  try {
    return read_file(file);
  } catch (const FileError&) {
    return std::nullopt;
  }
}

class Checker {
 public:
  Checker(const Program& program, int levels) : program_(program), levels_(levels) {}

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

  // Templates check for Rails (`Rails.env if defined?(Rails)`), which is never loaded.
  static bool is_of_rails(NodePtr node) {
    while (node != nullptr && node->as<CallNode>()) node = node->as<CallNode>()->receiver;
    return node != nullptr && node->as<ConstantNode>() && names_rails(node->as<ConstantNode>()->path);
  }
  static bool names_rails(const std::string& path) { return path == "Rails" || path.starts_with("Rails::"); }

  void visit(const DefinedNode& node) {
    const auto* variable = node.value->as<VariableNode>();
    const bool known = variable ? variable->kind != VariableNode::Kind::global
                                : is_of_rails(node.value) || node.value->as<ConstantNode>();
    if (!known) fail("this `defined?`");
  }

  void visit(const ConstantNode& node) {
    if (asks_for_rails_ && names_rails(node.path)) return;
    if (!is_known_constant(node.path)) fail("unknown constant " + node.path);
  }

  void visit(const VariableNode& node) {
    const bool known = node.name.size() == 2 && is_one_of(node.name[1], "?~!123456789");
    if (node.kind == VariableNode::Kind::global && !known) fail("unknown variable " + node.name);
  }

  void visit(const RegexpNode& node) {
    const std::string* const source = plain_text(node.pieces);
    if (source == nullptr && !node.pieces.empty()) return;
    try {
      const Pattern pattern(source ? *source : "", node.options);
    } catch (const PatternError& error) {
      fail(error.what());
    }
  }

  void visit(const CallNode& node) {
    if (node.block && !node.block->method.empty() && !knows_method(node.block->method, 0))
      fail("unknown method `" + node.block->method + "`");
    if (node.receiver == nullptr) return function(node);
    if (asks_for_rails_ && is_of_rails(node.receiver)) return;
    const auto* constant = node.receiver->as<ConstantNode>();
    if (constant && find_constant(constant->path) == nullptr) {
      const std::string name = constant->path + "." + node.name;
      expect(find_class_method(constant->path, node.name), node, name);
      if (name == "ERB.new" && levels_ > 0) check_partial(node);
      return;
    }
    if (!knows_method(node.name, node.arguments.size())) fail("unknown method `" + node.name + "`");
  }

  void function(const CallNode& node) {
    expect(find_function(node.name), node, node.name);
    if (node.name != "require") return;
    const std::string* const library = plain_text(node.arguments[0]);
    if (!library || std::ranges::find(libraries, *library) == libraries.end()) fail("this `require`");
  }

  // ERB.new(File.read("name"), ...)
  void check_partial(const CallNode& made) const {
    const auto* read = made.arguments[0]->as<CallNode>();
    const auto* receiver = read && read->receiver ? read->receiver->as<ConstantNode>() : nullptr;
    if (!receiver || receiver->path != "File" || read->name != "read" || read->arguments.empty()) return;
    const std::string* const file = plain_text(read->arguments[0]);
    const auto text = file ? text_of_partial(*file) : std::nullopt;
    if (!text) return;
    Source source;
    try {
      read_program(source, *text, trim_mode_of(made), program_.variables, levels_ - 1);
    } catch (const NotUnderstood& error) {
      const std::string line = std::to_string(source.line_of(error.position));
      throw NotUnderstood(position_, *file + ":" + line + ": " + error.what());
    }
  }

  void expect(const Method* method, const CallNode& node, const std::string& shown) const {
    if (method == nullptr || !accepts(*method, node.arguments.size())) fail("unknown name `" + shown + "`");
  }

  [[noreturn]] void fail(const std::string& what) const { throw NotUnderstood(position_, what); }

  const Program& program_;
  const int levels_;  // of nested templates to check
  bool asks_for_rails_ = false;
  size_t position_ = 0;
};

}  // namespace

Program read_program(Source& source, std::string_view text, TrimMode mode, Names locals, int levels) {
  source = compile(text, mode);
  Program program = Parser(source, std::move(locals)).parse();
  Checker(program, levels).run();
  return program;
}

}  // namespace kamal::erb
