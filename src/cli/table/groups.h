#pragma once

#include "kamal/cli/command_table.h"

namespace kamal::cli {

// The groups of the command table, one function each.
CommandSpec accessory_commands();
CommandSpec app_commands();
CommandSpec build_commands();
CommandSpec completion_command();
CommandSpec lock_commands();
CommandSpec proxy_commands();
CommandSpec prune_commands();
CommandSpec registry_commands();
CommandSpec secrets_commands();
CommandSpec server_commands();

// Options that several groups share.
OptionSpec confirmed_option();
OptionSpec rolling_option(const std::string& help);
OptionSpec interactive_option();
OptionSpec raw_option();
std::vector<OptionSpec> log_options();

}  // namespace kamal::cli
