#pragma once

#include <string>
#include <string_view>
#include <vector>

#include "cli/app/versions.h"
#include "cli/context.h"

namespace kamal::cli {

// Summarizes the failed health checks in kamal-proxy's log: each reason once, with a count and a hint. "" if
// there are none.
std::string health_report(std::string_view log);

// Watches the containers just booted on the hosts, for the time of --settle or x-kamal/settle.
// Throws Error (healthcheck) if one ends, restarts or becomes unhealthy, with its last lines.
void settle(Context& context, const std::vector<Host>& hosts, const BootVersions& versions);

}  // namespace kamal::cli
