#pragma once

#include <functional>
#include <vector>

#include "cli/context.h"

namespace kamal::cli {

// Holds the deploy lock while `work` runs, and always releases it: on the first host of the configuration and
// of the selection, see lock_hosts(). If this run already holds it (or its caller does, KAMAL_LOCK=true),
// just runs the work. The work counts as a change to servers, see Context::modify().
void with_lock(Context& context, const std::function<void()>& work);
// The same for a recipe on these hosts.
void with_lock_on(Context& context, const std::vector<Host>& hosts, const sshkit::Executor::Recipe& recipe);

// Checks the lock before a build that precedes with_lock(). Throws Error (lock) if no run will release it: it
// was acquired manually, or by a killed run of this machine. Otherwise reports who holds it.
void check_lock_before_build(Context& context);

}  // namespace kamal::cli
