#pragma once

#include <chrono>
#include <optional>
#include <string>
#include <string_view>
#include <vector>

#include "kamal/commands/base.h"
#include "kamal/config/configuration.h"
#include "kamal/support/command.h"
#include "kamal/support/names.h"

namespace kamal::commands {

// How `app exec` starts a new container.
struct NewContainer {
  std::string name_suffix;  // random, so that names don't clash
  Interaction interaction = Interaction::none;
  Detach detach = Detach::no;
  ExecEnv env;
};

// How `maintenance` stops an app at the proxy.
struct MaintenanceOptions {
  std::optional<std::string> drain_timeout;  // seconds
  std::optional<std::string> message;        // shown to visitors
};

// Commands for the app's containers and images on a host. A Version may be a shell variable (base.h).
class App {
 public:
  // For commands that concern all roles: lists, images, directories, error pages.
  App(const config::Configuration& config, Version version);
  // For commands about one role on one host. Keeps references to config and role.
  App(const config::Configuration& config, Version version, const config::Role& role, Host host);

  // Container lifecycle.
  Command run(const std::optional<std::string>& hostname = std::nullopt) const;
  // HOST-SUFFIX, truncated to fit a hostname.
  static std::string hostname(const Host& host, std::string_view suffix);
  Command start() const;
  Command start(const Version& version) const;
  Command stop() const;                        // the running one
  Command stop(const Version& version) const;  // that version's
  // Likewise, but killed after `grace`, regardless of deploy.yml.
  Command stop_within(std::chrono::seconds grace, const Version& version) const;
  // Its health if it has a health check, else its state.
  Command status(const Version& version) const;
  Command info() const;
  Command current_running_container_id() const;
  Command container_id_for_version(const Version& version) const;
  Command current_running_version() const;
  Command list_versions() const;  // of running containers
  // In any state, newest first.
  Command container_ids() const;
  Command list_states() const;  // see describe_containers()
  Command ensure_env_directory() const;
  std::string container_name() const;
  std::string container_name(const Version& version) const;

  // Assets.
  Command extract_assets() const;
  // old_version: a version, a "${variable}" that may be empty, or nothing.
  Command sync_asset_volumes(const std::optional<Version>& old_version) const;
  Command clean_up_assets() const;

  // Containers.
  Command list_containers() const;
  Command list_container_names() const;
  Command remove_container(const Version& version) const;
  Command rename_container(const Version& version, const Version& new_version) const;
  Command remove_containers() const;
  Command container_health_log(const Version& version) const;

  // Error pages.
  Command create_error_pages_directory() const;
  Command clean_up_error_pages() const;
  std::string error_pages_directory() const;          // one subdirectory per version
  std::string error_pages_version_directory() const;  // that subdirectory
  // Records the version whose pages an accessory was registered with. clean_up_error_pages() keeps them,
  // since kamal-proxy can't restore any service on restart without them.
  std::string error_pages_of_accessory(const config::Accessory& accessory) const;

  // Execution.
  Command execute_in_existing_container(const Arguments& command, Interaction interaction,
                                        const ExecEnv& env) const;
  Command execute_in_new_container(const Arguments& command, const NewContainer& options) const;

  // Images.
  Command list_images() const;
  Command list_image_tags() const;  // a line each: ID TAG
  Command remove_images() const;
  Command tag_latest_image() const;

  // Logs.
  Command container_of(const LogOptions& options) const;  // id of the container whose logs these are
  Command logs(const LogOptions& options, Following following = Following::no) const;

  // kamal-proxy.
  // Lines of its log about failed health checks of the container.
  Command proxy_health_checks(std::string_view container_id) const;
  // The last line of its log with the container's state: "state":"healthy".
  Command proxy_health_of(std::string_view container_id) const;
  Command deploy(std::string_view target) const;  // target: a container's id, or "${variable}"
  Command remove() const;
  // The same, ignoring the proxy's errors, if the version has a container; fails if docker can't be
  // queried.
  Command remove_where_present(const Version& version) const;
  Command live() const;
  Command maintenance(const MaintenanceOptions& options) const;
  Command remove_proxy_app_directory() const;
  Command create_ssl_directory() const;
  std::string tls_certificate_path() const;  // on the host
  std::string tls_private_key_path() const;

 private:
  const config::Role& role() const;  // throws std::logic_error without one
  Command latest_container(const Arguments& format, const Arguments& filters) const;
  Command current_running_container(const Arguments& format) const;
  Command extract_version_from_name() const;
  Arguments container_filters() const;
  Arguments active_container_filters() const;
  Arguments env_arguments() const;
  std::string extracted_assets(const Version& version) const;
  std::string asset_volume(const Version& version) const;

  const config::Configuration& config_;
  Version version_;
  const config::Role* role_ = nullptr;
  Host host_;
};

}  // namespace kamal::commands
