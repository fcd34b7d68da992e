#pragma once

#include "cli/context.h"

namespace kamal::cli {

// Commands of the smaller groups, one function each.
void prune_all(Context& context);
void prune_images(Context& context);
void prune_containers(Context& context);

void registry_setup(Context& context);
void registry_remove(Context& context);
void registry_login(Context& context);
void registry_logout(Context& context);

void server_exec(Context& context);
void server_bootstrap(Context& context);

void lock_acquire_command(Context& context);
void lock_release_command(Context& context);
void lock_status_command(Context& context);

}  // namespace kamal::cli
