#pragma once

#include <functional>
#include <vector>

#include "cli/context.h"
#include "kamal/commands/app.h"

namespace kamal::cli {

void stop_app(Context& context);

// Stops what runs besides the current version of a role, for deploys. Where kamal-proxy points at a version,
// that is the current one, else the newest that runs.
void stop_stale_containers(Context& context);

// Holding the lock, runs the steps of every selected role on its hosts: one role after another on each, as
// docker allows one prune at a time. A role's failure is thrown after the others had their turn.
void for_each_role(Context& context, const std::vector<Host>& hosts,
                   const std::function<sshkit::Steps(const commands::App&, const config::Role&)>& steps_of,
                   const Version& version = {});

}  // namespace kamal::cli
