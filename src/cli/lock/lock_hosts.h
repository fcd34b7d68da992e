#pragma once

#include <optional>
#include <vector>

#include "cli/context.h"
#include "cli/lock/held_lock.h"

namespace kamal::cli {

// The hosts that keep the deploy lock of this selection: the first host of the configuration, where runs with
// other filters meet, then the first host of the selection, where Kamal keeps it. Mostly they are the same.
// Locks are acquired in this order. A first host of the configuration that can't be reached is left out with
// a warning.
std::vector<Host> lock_hosts(Context& context);

// Runs the command that acquires the lock, and creates the run directory on all selected hosts in the same
// round trip: once per host and run. Replies and failures are those of run_on_lock_host().
sshkit::StepResult acquire_on(Context& context, const Host& host, const Command& acquire);

// Runs a command of the lock and returns its reply; anything but `held` and `missing` is a failure. If the
// host can't be reached, the error says how to do without it.
sshkit::StepResult run_on_lock_host(Context& context, const Host& host, const Command& command);

// The lock on a host, in one round trip; nothing if it is free.
std::optional<HeldLock> find_lock(Context& context, const Host& host);

}  // namespace kamal::cli
