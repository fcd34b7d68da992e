#pragma once

#include <string>
#include <vector>

#include "cli/arguments/command_line.h"
#include "kamal/yaml/value.h"

namespace kamal::cli {

// The arguments with the alias that is their command expanded. `seen` remembers aliases, to end loops. Throws
// UsageError if there is no such alias.
std::vector<std::string> expand_alias(const std::string& name, const std::vector<std::string>& alias_args,
                                      const Value& raw_configuration, std::vector<std::string>& seen);

}  // namespace kamal::cli
