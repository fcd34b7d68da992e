#pragma once

#include <optional>

#include "cli/context.h"
#include "kamal/commands/builder.h"

namespace kamal::cli {

// Facts about this machine and its checkout that builds depend on. Docker is asked for its architecture only
// where a remote builder makes that matter.
commands::BuildLocation build_location(Context& context);

// Throws Error (dependency) unless docker and its buildx plugin are there.
void ensure_docker_installed(Context& context);

// The server of a builder at ssh://[user@]host[:port]; nothing if it is reached another way, or is not
// remote.
std::optional<Host> remote_builder_host(const config::Configuration& config);

}  // namespace kamal::cli
