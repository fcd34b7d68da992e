#pragma once

#include <functional>
#include <vector>

#include "cli/context.h"
#include "kamal/commands/app.h"

namespace kamal::cli {

// boot, live, maintenance, start and stop.
std::vector<CommandSpec> app_lifecycle_commands();

void stop_app(Context& context);

// Holding the lock, runs the steps of every selected role on its hosts: one role after another on each, as
// docker allows one prune at a time. A role's failure is thrown after the others had their turn.
void for_each_role(Context& context, const std::vector<Host>& hosts,
                   const std::function<sshkit::Steps(const commands::App&, const config::Role&)>& steps_of,
                   const Version& version = {});

}  // namespace kamal::cli
