#pragma once

#include <functional>
#include <vector>

#include "cli/context.h"
#include "kamal/commands/app.h"

namespace kamal::cli {

void stop_app(Context& context);

// Stops running containers other than the current version of a role, for deploys. The current version is the
// one that kamal-proxy points at, else the newest running one.
void stop_stale_containers(Context& context);

// Holding the lock, runs the steps of every selected role on its hosts, one role at a time on each host,
// since docker allows one prune at a time. Throws a role's failure after the others have run.
void for_each_role(Context& context, const std::vector<Host>& hosts,
                   const std::function<sshkit::Steps(const commands::App&, const config::Role&)>& steps_of,
                   const Version& version = {});

}  // namespace kamal::cli
