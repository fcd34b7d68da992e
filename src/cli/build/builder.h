#pragma once

#include <optional>

#include "cli/context.h"
#include "kamal/commands/builder.h"

namespace kamal::cli {

// Runs a command on this machine, whatever its exit status.
sshkit::StepResult try_locally(Context& context, const Command& command);

// Facts about this machine and its checkout that builds depend on. Docker is queried for its architecture
// only if a remote builder makes that matter.
commands::BuildLocation build_location(Context& context);

// Throws Error (dependency) unless docker and its buildx plugin are installed.
void ensure_docker_installed(Context& context);

// The server of a builder at ssh://[user@]host[:port]; nothing if it is reached another way, or is not
// remote.
std::optional<Host> remote_builder_host(const config::Configuration& config);

// Whether docker reports that a builder has to be created first.
bool is_missing_builder(const sshkit::StepResult& result);
// Creates the builder unless docker already has a usable one.
void ensure_builder(Context& context, const commands::Builder& builder);

// Makes the builder's clone a clean checkout of the revision, and recreates it if it can't be updated.
// Throws Error (build).
void prepare_clone(Context& context, const commands::Builder& builder);

}  // namespace kamal::cli
