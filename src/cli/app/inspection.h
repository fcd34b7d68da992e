#pragma once

#include <vector>

#include "cli/context.h"

namespace kamal::cli {

// containers, details, images, logs and version.
std::vector<CommandSpec> app_inspection_commands();

void app_details(Context& context);

}  // namespace kamal::cli
