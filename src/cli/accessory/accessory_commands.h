#pragma once

#include <string>

#include "cli/context.h"

namespace kamal::cli {

// `kamal accessory ...`, one function each; the accessory's name, or `all`, is the first argument.
void accessory_boot(Context& context);
void accessory_upload(Context& context);
void accessory_directories(Context& context);
void accessory_reboot(Context& context);
void accessory_start(Context& context);
void accessory_stop(Context& context);
void accessory_restart(Context& context);
void accessory_details(Context& context);
void accessory_exec(Context& context);
void accessory_logs(Context& context);
void accessory_pull_image(Context& context);
void accessory_remove(Context& context);
void accessory_remove_container(Context& context);
void accessory_remove_image(Context& context);
void accessory_remove_service_directory(Context& context);
void accessory_upgrade(Context& context);

// For other recipes.
void check_secrets_to_boot_accessories(Context& context);
void check_secrets_to_reboot_accessories(Context& context);
void boot_all_accessories(Context& context);
void show_all_accessories(Context& context);
void remove_all_accessories(Context& context);
void upgrade_accessories(Context& context, const std::string& name,
                         const std::vector<std::vector<Host>>& host_groups);

}  // namespace kamal::cli
