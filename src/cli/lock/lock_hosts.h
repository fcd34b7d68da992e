#pragma once

#include <functional>
#include <optional>
#include <span>
#include <vector>

#include "cli/context.h"
#include "cli/lock/held_lock.h"

namespace kamal::cli {

// The hosts that keep the deploy lock of this selection: the first host of the configuration, where runs with
// other filters meet, then the first host of the selection, where Kamal keeps it. Usually they are the same.
// Locks are acquired in this order. A first host of the configuration that can't be reached is left out with
// a warning, once per run.
std::vector<Host> lock_hosts(Context& context);
// The same without asking whether it can be reached.
std::vector<Host> possible_lock_hosts(const Context& context);

// Runs the command that acquires the lock, and in the same round trip creates the run directory on all
// selected hosts, once per host and run. Replies and failures are as with run_on_lock_hosts(), but a held
// lock is a reply even if another host fails.
sshkit::StepResult acquire_on(Context& context, const Host& host, const Command& acquire);

// Receives the reply of a host, one at a time.
using LockReply = std::function<void(const Host& host, const sshkit::StepResult& result)>;
// Runs a lock command on these hosts at once; any status but 0, `held` and `missing` is a failure. If a host
// is unreachable, the error says how to continue without it.
void run_on_lock_hosts(Context& context, const std::vector<Host>& hosts, const Command& command,
                       const LockReply& reply);

// What a host is asked about its lock, and what its replies say: nothing if it is free. Throws CommandFailed.
sshkit::Steps lock_queries(const config::Configuration& config);
std::optional<HeldLock> parse_lock(const Context& context, const Host& host,
                                   std::span<const sshkit::StepResult> replies);
// Both, in one round trip.
std::optional<HeldLock> find_lock(Context& context, const Host& host);

}  // namespace kamal::cli
