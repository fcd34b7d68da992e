#pragma once

#include <string>
#include <vector>

#include "cli/command_table.h"

namespace kamal::cli {

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

}  // namespace kamal::cli
