#pragma once

#include <string>
#include <vector>

#include "kamal/cli/command_table.h"

namespace kamal::cli {

// `-v true`, or a word that belongs to what `exec` runs?
enum class BehindASwitch { may_be_its_value, is_not_its_value };

// A command line's words with every option written in one way: switches as `--name` or `--no-name`, each
// value as a word of its own after its option. Throws UsageError for a value that no switch has, for an
// option in the place of a value, and for an option at the end that lacks its value.
std::vector<std::string> written_alike(const std::vector<std::string>& words,
                                       const std::vector<OptionSpec>& options, BehindASwitch behind);

// Takes the options in front of a command, with their values, off the words.
std::vector<std::string> take_options_in_front(std::vector<std::string>& words);

}  // namespace kamal::cli
