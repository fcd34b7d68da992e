#pragma once

#include "cli/context.h"

namespace kamal::cli {

// `kamal app ...`, one function each.
void app_boot(Context& context);
void app_start(Context& context);
void app_stop(Context& context);
void app_details(Context& context);
void app_exec(Context& context);
void app_containers(Context& context);
void app_stale_containers(Context& context);
void app_images(Context& context);
void app_logs(Context& context);
void app_remove(Context& context);
void app_live(Context& context);
void app_maintenance(Context& context);
void app_version(Context& context);
void app_remove_container(Context& context);
void app_remove_containers(Context& context);
void app_remove_images(Context& context);
void app_remove_app_directories(Context& context);

// Whether the roles of a host start and stop one after the other.
Context::Roles order_of_roles(const Context& context);
// --version, or the latest image's tag.
Version version_or_latest(Context& context);
// What runs on the primary host; nothing when nothing does.
std::optional<Version> current_running_version(Context& context);

// For deploys.
void stop_stale_containers(Context& context);

}  // namespace kamal::cli
