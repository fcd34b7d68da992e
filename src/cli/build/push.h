#pragma once

#include <vector>

#include "cli/context.h"

namespace kamal::cli {

std::vector<CommandSpec> build_push_commands();

OptionSpec no_cache_option();
void build_deliver(Context& context);

}  // namespace kamal::cli
