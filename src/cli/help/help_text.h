#pragma once

#include <string>
#include <string_view>
#include <utility>
#include <vector>

#include "cli/command_table.h"

namespace kamal::cli {

// What --help prints, in lines of at most `width` characters. `path` are the names that lead to the command:
// app, exec.
std::string help_text(const CommandSpec& command, const std::vector<std::string>& path, size_t width);

// Commands and options as shown in help, the man page and docs/commands.md.

// app exec -> "kamal app exec"
std::string full_name(const std::vector<std::string>& path);
// Arguments, with brackets around optional ones: "NAME [CMD...]".
std::string arguments_of(const CommandSpec& command);
// "kamal app exec [OPTIONS] [CMD...]", "kamal app COMMAND [OPTIONS]"
std::string usage_of(const CommandSpec& command, const std::vector<std::string>& path);
// "--hosts HOSTS", "--[no-]publish", "--env NAME:VALUE..."
std::string long_form(const OptionSpec& option);
// The help, choices, default, and whether it is required.
std::string explanation(const OptionSpec& option);
std::vector<std::string> paragraphs_of(const CommandSpec& command);

std::vector<OptionSpec> visible(const std::vector<OptionSpec>& options);
enum class Visibility { shown, hidden };
std::vector<CommandSpec> commands_of(const CommandSpec& group, Visibility visibility);

// Text for terminals, in lines of at most `width` characters; a longer word stays whole.

// One paragraph, indented by `indent` spaces.
std::string wrapped(std::string_view text, size_t indent, size_t width);

// Two columns: names, and texts wrapped in their column.
using Rows = std::vector<std::pair<std::string, std::string>>;
std::string columns(const Rows& rows, size_t width);

// A section of help that belongs to no single command.
struct Topic {
  struct Entry {
    std::string name, meaning;
  };
  std::string title;
  std::string introduction;
  std::vector<Entry> entries;
};

std::vector<Topic> topics();

}  // namespace kamal::cli
