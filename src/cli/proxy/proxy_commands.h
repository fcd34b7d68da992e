#pragma once

#include "cli/build/local_registry_forwarding.h"
#include "cli/context.h"

namespace kamal::cli {

// The local registry for proxies whose image (proxy/run in deploy.yml) comes from there.
RegistryForwarding forward_registry_for_proxies(Context& context, const std::vector<Host>& hosts);

// `kamal proxy ...`, one function each.
void proxy_boot(Context& context);
void proxy_boot_config(Context& context);
void proxy_reboot(Context& context);
void proxy_upgrade(Context& context);
void proxy_start(Context& context);
void proxy_stop(Context& context);
void proxy_restart(Context& context);
void proxy_details(Context& context);
void proxy_logs(Context& context);
void proxy_remove(Context& context);
void proxy_remove_container(Context& context);
void proxy_remove_image(Context& context);
void proxy_remove_proxy_directory(Context& context);

// Without the question.
void upgrade_proxy(Context& context, const std::vector<std::vector<Host>>& host_groups);

}  // namespace kamal::cli
