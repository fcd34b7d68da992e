#pragma once

#include <optional>
#include <string>
#include <vector>

#include "cli/arguments.h"

namespace kamal::cli {

// What the words in front of the one that is being typed say about it. Reads what is there, complains about
// nothing.
struct LineBefore {
  const CommandSpec* command = &command_table();  // the deepest one
  std::optional<size_t> unknown_command;  // the word in a command's place that is none: an alias, perhaps
  bool helping = false;                   // `kamal help app`: the command is only to be described
  bool understood = true;                 // false where no command line goes on like this
  bool only_arguments = false;            // behind --
  size_t arguments = 0;                   // of the command
  std::optional<OptionSpec> awaited;      // its value comes next
  std::string config_file = "config/deploy.yml";
  std::optional<std::string> destination;
};

LineBefore read_line_before(const std::vector<std::string>& words);

// Options that may follow, those of every command included.
std::vector<OptionSpec> options_behind(const LineBefore& line);

}  // namespace kamal::cli
