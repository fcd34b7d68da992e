#pragma once

#include "cli/context.h"

namespace kamal::cli {

void app_remove(Context& context);
void prune_all(Context& context);

}  // namespace kamal::cli
