#pragma once

#include <vector>

#include "cli/app/versions.h"
#include "cli/context.h"

namespace kamal::cli {

// Watches the containers that have just booted on the hosts, for as long as --settle or x-kamal/settle says.
// Throws Error (healthcheck) if one ends, restarts or becomes unhealthy, with its last lines.
void settle(Context& context, const std::vector<Host>& hosts, const BootVersions& versions);

}  // namespace kamal::cli
