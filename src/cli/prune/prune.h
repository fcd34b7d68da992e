#pragma once

#include <vector>

#include "cli/context.h"

namespace kamal::cli {

std::vector<CommandSpec> prune_commands();

void prune_all(Context& context);

}  // namespace kamal::cli
