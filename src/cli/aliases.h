#pragma once

#include <string>
#include <vector>

#include "cli/arguments.h"
#include "kamal/yaml/value.h"

namespace kamal::cli {

// Global options of a line whose command is an alias, perhaps: --config-file and --destination say where to
// look.
Options options_behind_alias(const ParsedLine& line);

// The line with the alias replaced by what it stands for. `seen` remembers aliases, to end loops. Throws
// UsageError for a word that is neither a command nor an alias.
std::vector<std::string> expand_alias(const ParsedLine& line, const Value& raw_configuration,
                                      std::vector<std::string>& seen);

}  // namespace kamal::cli
