#pragma once

#include <vector>

#include "cli/build/registry_forwarding.h"
#include "cli/context.h"

namespace kamal::cli {

std::vector<CommandSpec> proxy_boot_commands();

void proxy_boot(Context& context);

// The local registry for proxies whose image (proxy/run in deploy.yml) comes from there.
RegistryForwarding forward_registry_for_proxies(Context& context, const std::vector<Host>& hosts);

}  // namespace kamal::cli
