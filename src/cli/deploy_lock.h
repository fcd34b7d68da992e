#pragma once

#include <functional>
#include <string>

#include "cli/context.h"

namespace kamal::cli {

// Runs `work` while this run holds the deploy lock on the primary host, and gives it back whatever happens.
// Within a run that holds it already (or whose caller does, KAMAL_LOCK=true) it just runs. The work is a
// change to servers, as Context::modify() has it.
void with_lock(Context& context, const std::function<void()>& work);

void acquire_lock(Context& context, const std::string& message);  // throws LockError where somebody holds it
bool release_lock(Context& context);                              // whoever took it; false when there is none
std::optional<std::string> lock_status(Context& context);         // nothing when nobody holds it
// For people: a lock without details says so.
std::optional<std::string> lock_report(const std::optional<std::string>& status);

// Creates the run directory where this run has not done so yet.
void ensure_run_directory(Context& context);

}  // namespace kamal::cli
