#include "cli/help/tree.h"

#include <fmt/format.h>

#include "cli/arguments/command_line.h"
#include "cli/help/labels.h"
#include "kamal/cli/run.h"

namespace kamal::cli {
namespace {

// A group's commands, then its groups, indented further.
std::string branch(const CommandSpec& group, const std::string& name, const std::string& indent) {
  std::string text = fmt::format("{}kamal:cli:{}\n", indent, name);
  const std::string below = indent + "  ";
  std::vector<CommandSpec> commands = commands_of(group, Visibility::shown);
  std::erase_if(commands, [](const CommandSpec& command) { return command.inherited; });
  for (const CommandSpec& command : commands) {
    const char* const icon = &command == &commands.back() ? "└─" : "├─";
    text += fmt::format("{}{} {} ({})\n", below, icon, command.name, command.summary);
  }
  for (const CommandSpec& command : commands) {
    if (command.group()) text += branch(command, command.name, below);
  }
  return text;
}

// The format of Thor's `tree`, which scripts may parse.
void print_tree(const Invocation& invocation, const Effects& effects) {
  if (invocation.path.size() == 1) return effects.out(branch(command_table(), "main", ""));
  const std::string& name = invocation.path.front();
  effects.out(branch(*command_table().find(name), name, ""));
}

}  // namespace

CommandSpec tree_command() {
  return {.name = "tree",
          .summary = "Print all commands as a tree",
          .examples = {"kamal tree"},
          .run = print_tree,
          .inherited = true};
}

}  // namespace kamal::cli
