#pragma once

#include "cli/context.h"
#include "kamal/commands/builder.h"

namespace kamal::cli {

// Facts about this machine and its checkout that builds depend on. Docker is asked for its architecture only
// where a remote builder makes that matter.
commands::BuildPlace build_place(Context& context);

// Throws DependencyError unless docker and its buildx plugin are there.
void ensure_docker_installed(Context& context);

}  // namespace kamal::cli
