#pragma once

#include <vector>

#include "cli/context.h"

namespace kamal::cli {

std::vector<CommandSpec> server_commands();

void server_bootstrap(Context& context);

}  // namespace kamal::cli
