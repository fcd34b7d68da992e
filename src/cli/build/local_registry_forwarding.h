#pragma once

#include <memory>
#include <vector>

#include "cli/context.h"
#include "kamal/commands/builder.h"

namespace kamal::cli {

// The local registry's port on servers, for as long as this lives.
using RegistryForwarding = std::vector<std::unique_ptr<sshkit::Forward>>;

// Nothing where the registry is not a local one.
RegistryForwarding forward_registry_to(Context& context, const std::vector<Host>& hosts);
// To a remote builder that is reached over SSH.
RegistryForwarding forward_registry_to_builder(Context& context, const commands::Builder& builder);

}  // namespace kamal::cli
