// What can be said beforehand about the files that a template evaluates by ERB.new(File.read("name")).
#include <filesystem>

#include "erb/check.h"
#include "erb/parser.h"
#include "kamal/support/files.h"

namespace kamal::erb {
namespace {

constexpr int max_depth = 8;  // of templates in templates

// Of a literal without interpolation.
const std::string* plain_text(NodePtr node) {
  const auto* text = node ? node->as<StringNode>() : nullptr;
  return text && text->pieces.size() == 1 ? std::get_if<std::string>(&text->pieces[0]) : nullptr;
}

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
      check(partial);
      if (depth < max_depth) check_partials_of(partial, depth + 1);
    } catch (const NotUnderstood& error) {
      throw NotUnderstood(node.position,
                          *file + ":" + std::to_string(source.line_of(error.position)) + ": " + error.what());
    }
  }
}

}  // namespace

void check_partials(const Program& program) { check_partials_of(program, 1); }

}  // namespace kamal::erb
