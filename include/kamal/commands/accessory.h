#pragma once

#include <optional>
#include <string>
#include <string_view>
#include <vector>

#include "kamal/commands/base.h"
#include "kamal/config/configuration.h"
#include "kamal/support/command.h"
#include "kamal/support/names.h"

namespace kamal::commands {

// Commands for an accessory on a host. Keeps references to config and accessory.
class Accessory {
 public:
  // The version only matters for proxied accessories of an app with error pages.
  Accessory(const config::Configuration& config, const config::Accessory& accessory, Version version = {});

  Command run(const std::optional<Host>& host = std::nullopt) const;
  Command start() const;
  Command stop() const;
  Command info() const;
  Command existing_container_ids() const;  // running or not
  Command container_states() const;        // of the same ones: created, running, exited ...
  Command running_container_id() const;    // for deploy()
  Command describe_container() const;      // see describe_containers()
  Command execute_in_existing_container(const Arguments& command, Interaction interaction) const;
  Command execute_in_new_container(const Arguments& command, Interaction interaction) const;
  Command pull_image() const;
  Command remove_service_directory() const;
  Command remove_service_directory_as_root() const;  // in a container of its image
  Command remove_container() const;
  Command remove_image() const;
  Command ensure_env_directory() const;

  // Files and directories.
  Command make_directory_for(const config::MountedPath& file) const;
  std::vector<Command> own_file(const config::MountedPath& file) const;  // chmod and chown after the upload
  std::vector<Command> make_directory(const config::MountedPath& directory) const;  // mkdir, chmod and chown

  // kamal-proxy.
  Command deploy(std::string_view target) const;  // target: a container's id, or "${variable}"
  Command remove() const;
  // Its custom certificate, where the proxy reads it.
  Command create_ssl_directory() const;
  std::string tls_certificate_path() const;  // on the host
  std::string tls_private_key_path() const;

 private:
  const std::string& image() const;  // throws std::invalid_argument if there is none
  Arguments env_arguments() const;
  Arguments volume_arguments() const;
  Arguments service_filter() const;

  const config::Configuration& config_;
  const config::Accessory& accessory_;
  Version version_;
};

}  // namespace kamal::commands
