#include "erb/inner_check.h"

#include <filesystem>
#include <optional>

#include "erb/check.h"
#include "erb/limits.h"
#include "erb/not_understood.h"
#include "erb/parser.h"
#include "erb/source.h"
#include "kamal/support/files.h"

namespace kamal::erb {
namespace {

constexpr int deepest = 8;  // of templates in templates
constexpr uintmax_t largest = 512 * 1024;

const CallNode* call_of(NodePtr node, std::string_view constant, std::string_view name) {
  const auto* call = node ? node->as<CallNode>() : nullptr;
  if (call == nullptr || call->receiver == nullptr || call->name != name) return nullptr;
  const auto* receiver = call->receiver->as<ConstantNode>();
  return receiver && receiver->path == constant ? call : nullptr;
}

const std::string* plain_text(NodePtr node) {
  const auto* text = node ? node->as<StringNode>() : nullptr;
  if (text == nullptr || text->kind != StringNode::Kind::string || text->pieces.size() != 1) return nullptr;
  return std::get_if<std::string>(&text->pieces[0]);
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
  if (std::filesystem::file_size(file, error) > largest || error) return std::nullopt;
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
  for (const Node& node : program.nodes) {
    const auto* definition = node.as<DefinitionNode>();
    if (definition == nullptr) continue;
    for (const Parameter& parameter : definition->block.parameters) names.insert(parameter.name);
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
    program.definitions.insert(around.definitions.begin(), around.definitions.end());
    program.constants.insert(around.constants.begin(), around.constants.end());
    check(program);
    if (depth < deepest) check_calls(program, depth + 1);
  } catch (const NotUnderstood& error) {
    throw NotUnderstood(0, file + ":" + std::to_string(source.line_of(error.position)) + ": " + error.what());
  }
}

}  // namespace

void check_inner_templates(const Program& program) { check_calls(program, 1); }

}  // namespace kamal::erb
