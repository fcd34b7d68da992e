#pragma once

#include "cli/context.h"

namespace kamal::cli {

// Adds the registry's log-in where this run has not logged in on the host yet: it lasts.
void add_registry_login(Context& context, const Host& host, sshkit::Steps& steps);
// Logs in on all these hosts at once.
void log_in_to_registry(Context& context, const std::vector<Host>& hosts);

}  // namespace kamal::cli
