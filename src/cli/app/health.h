#pragma once

#include <string>
#include <string_view>
#include <vector>

#include "cli/app/versions.h"
#include "cli/context.h"

namespace kamal::cli {

// What kamal-proxy's log says of the health checks that a container failed: each reason once, with a count,
// and what to look at. "" if the log has none.
std::string health_report(std::string_view log);

// Watches the containers that have just booted on the hosts, for as long as --settle or x-kamal/settle says.
// Throws Error (healthcheck) if one ends, restarts or becomes unhealthy, with its last lines.
void settle(Context& context, const std::vector<Host>& hosts, const BootVersions& versions);

}  // namespace kamal::cli
