#pragma once

#include <memory>
#include <string>
#include <vector>

#include "cli/context.h"
#include "kamal/commands/builder.h"

namespace kamal::cli {

// The local registry's port on servers, for as long as this lives.
using RegistryForwarding = std::vector<std::unique_ptr<sshkit::Forward>>;

// Nothing where the registry is not a local one.
RegistryForwarding forward_registry_to(Context& context, const std::vector<Host>& hosts);
// For commands that run `image`, which docker pulls where a host lacks it: on those hosts, and only for an
// image of a local registry, the app's or an accessory's. Starts the app's if it is stopped. A port that
// can't be forwarded is a warning, as docker may find the image all the same.
RegistryForwarding forward_registry_for_missing(Context& context, const std::vector<Host>& hosts,
                                                const std::string& image);
// The same for commands that pull it in any case.
RegistryForwarding forward_registry_for_pull(Context& context, const std::vector<Host>& hosts,
                                             const std::string& image);
// Remembers that these hosts have the image.
void image_is_on(Context& context, const Host& host, const std::string& image);
// To a remote builder that is reached over SSH.
RegistryForwarding forward_registry_to_builder(Context& context, const commands::Builder& builder);

}  // namespace kamal::cli
