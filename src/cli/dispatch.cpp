#include "cli/dispatch.h"

#include "cli/accessory/accessory_commands.h"
#include "cli/app/app_commands.h"
#include "cli/build/build_commands.h"
#include "cli/groups.h"
#include "cli/main/main_commands.h"
#include "cli/proxy/proxy_commands.h"

namespace kamal::cli {

const std::map<std::string, Handler>& handlers() {
  static const std::map<std::string, Handler> table = {
      {"setup", setup},
      {"deploy", deploy},
      {"redeploy", redeploy},
      {"rollback", rollback},
      {"details", show_details},
      {"audit", show_audit},
      {"config", show_config},
      {"remove", remove_everything},
      {"upgrade", upgrade},
      {"accessory boot", accessory_boot},
      {"accessory upload", accessory_upload},
      {"accessory directories", accessory_directories},
      {"accessory reboot", accessory_reboot},
      {"accessory start", accessory_start},
      {"accessory stop", accessory_stop},
      {"accessory restart", accessory_restart},
      {"accessory details", accessory_details},
      {"accessory exec", accessory_exec},
      {"accessory logs", accessory_logs},
      {"accessory pull_image", accessory_pull_image},
      {"accessory remove", accessory_remove},
      {"accessory remove_container", accessory_remove_container},
      {"accessory remove_image", accessory_remove_image},
      {"accessory remove_service_directory", accessory_remove_service_directory},
      {"accessory upgrade", accessory_upgrade},
      {"app boot", app_boot},
      {"app start", app_start},
      {"app stop", app_stop},
      {"app details", app_details},
      {"app exec", app_exec},
      {"app containers", app_containers},
      {"app stale_containers", app_stale_containers},
      {"app images", app_images},
      {"app logs", app_logs},
      {"app remove", app_remove},
      {"app live", app_live},
      {"app maintenance", app_maintenance},
      {"app version", app_version},
      {"app remove_container", app_remove_container},
      {"app remove_containers", app_remove_containers},
      {"app remove_images", app_remove_images},
      {"app remove_app_directories", app_remove_app_directories},
      {"build deliver", build_deliver},
      {"build push", build_push},
      {"build pull", build_pull},
      {"build create", build_create},
      {"build remove", build_remove},
      {"build details", build_details},
      {"build dev", build_dev},
      {"lock acquire", lock_acquire_command},
      {"lock release", lock_release_command},
      {"lock status", lock_status_command},
      {"proxy boot", proxy_boot},
      {"proxy boot_config", proxy_boot_config},
      {"proxy reboot", proxy_reboot},
      {"proxy upgrade", proxy_upgrade},
      {"proxy start", proxy_start},
      {"proxy stop", proxy_stop},
      {"proxy restart", proxy_restart},
      {"proxy details", proxy_details},
      {"proxy logs", proxy_logs},
      {"proxy remove", proxy_remove},
      {"proxy remove_container", proxy_remove_container},
      {"proxy remove_image", proxy_remove_image},
      {"proxy remove_proxy_directory", proxy_remove_proxy_directory},
      {"prune all", prune_all},
      {"prune images", prune_images},
      {"prune containers", prune_containers},
      {"registry setup", registry_setup},
      {"registry remove", registry_remove},
      {"registry login", registry_login},
      {"registry logout", registry_logout},
      {"secrets print", print_secrets},
      {"server exec", server_exec},
      {"server bootstrap", server_bootstrap},
  };
  return table;
}

const std::map<std::string, FreeHandler>& free_handlers() {
  static const std::map<std::string, FreeHandler> table = [] {
    std::map<std::string, FreeHandler> all = {
        {"version", print_version},
        {"docs", print_documentation},
        {"help", print_help},
        {"init", init_project},
        {"secrets fetch", fetch_secrets},
        {"secrets extract", extract_secret},
        {"completion", print_completion},
        {"tree", print_tree},
    };
    for (const CommandSpec& command : command_table().commands) {
      if (command.group()) all[command.name + " tree"] = print_tree;
    }
    return all;
  }();
  return table;
}

}  // namespace kamal::cli
