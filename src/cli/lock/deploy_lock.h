#pragma once

#include <functional>
#include <optional>
#include <string>
#include <vector>

#include "cli/context.h"

namespace kamal::cli {

std::vector<CommandSpec> lock_commands();

// Holds the deploy lock on the primary host while `work` runs, and releases it whatever happens. If this run
// holds it already (or its caller does, KAMAL_LOCK=true), just runs the work. The work counts as a change to
// servers, see Context::modify().
void with_lock(Context& context, const std::function<void()>& work);

// Throws Error (lock) if it is held.
void acquire_lock(Context& context, const std::string& message);
bool release_lock(Context& context);                       // whoever holds it; false if there is none
std::optional<std::string> lock_status(Context& context);  // nothing if it is free
// For people: a lock without details says so.
std::optional<std::string> lock_report(const std::optional<std::string>& status);

// Creates the run directory, once per host and run.
void ensure_run_directory(Context& context);

}  // namespace kamal::cli
