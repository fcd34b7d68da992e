#pragma once

#include <string>
#include <vector>

#include "cli/context.h"

namespace kamal::cli {

// Used by other recipes.
// The env file of an accessory's container. Throws ConfigurationError.
std::string env_file_of(const Context& context, const config::Accessory& accessory);
void check_secrets_to_boot_accessories(Context& context);
void check_secrets_to_reboot_accessories(Context& context);
void boot_all_accessories(Context& context);
void show_all_accessories(Context& context);
void remove_all_accessories(Context& context);
void upgrade_accessories(Context& context, const std::string& name,
                         const std::vector<std::vector<Host>>& host_groups);

}  // namespace kamal::cli
