#pragma once

#include <vector>

#include "cli/context.h"

namespace kamal::cli {

void proxy_details(Context& context);
void proxy_remove(Context& context);
// Does not ask for confirmation.
void upgrade_proxy(Context& context, const std::vector<std::vector<Host>>& host_groups);

}  // namespace kamal::cli
