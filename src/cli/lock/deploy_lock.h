#pragma once

#include <functional>
#include <vector>

#include "cli/context.h"

namespace kamal::cli {

// Holds the deploy lock while `work` runs, and releases it whatever happens: on the first host of the
// configuration and on that of the selection, see lock_hosts(). If this run holds it already (or its caller
// does, KAMAL_LOCK=true), just runs the work. The work counts as a change to servers, see Context::modify().
void with_lock(Context& context, const std::function<void()>& work);
// The same for a recipe on these hosts.
void with_lock_on(Context& context, const std::vector<Host>& hosts, const sshkit::Executor::Recipe& recipe);

// Looks at the lock before a build that with_lock() follows. Throws Error (lock) if no run will release it:
// it was acquired manually, or by a run of this machine that was killed. Says who holds it otherwise.
void check_lock_before_build(Context& context);

}  // namespace kamal::cli
