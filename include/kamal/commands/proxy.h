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

// `proxy boot_config set`: the older way to configure how kamal-proxy starts, by files on the server.
struct BootConfig {
  bool publish = true;
  std::vector<std::string> publish_host_ips;
  std::string http_port = "80";
  std::string https_port = "443";
  std::string log_max_size = "10m";
  std::optional<std::string> registry;
  std::optional<std::string> repository;
  std::optional<std::string> image_version;
  std::optional<std::string> metrics_port;
  bool debug = false;
  std::vector<std::string> docker_options;  // option=value

  // Contents of the files; nothing if the default applies and the file is to be removed. Throws
  // std::invalid_argument for an invalid IP address.
  std::optional<std::string> options_text() const;
  std::optional<std::string> image_text() const;
  std::optional<std::string> run_command_text() const;
};

// kamal-proxy on a host. Keeps a reference to config.
class Proxy {
 public:
  Proxy(const config::Configuration& config, const Host& host);

  // With deploy.yml's `proxy.run` if the host has one, else with the boot_config files.
  Command run() const;
  Command start() const;
  Command stop() const;
  Command start_or_run() const;
  Command info() const;
  // A table with a row per service: its name, hosts, paths and the container that it points at.
  Command list() const;
  Command version() const;  // the tag of the running container's image; no output if there is none
  Command remove_container() const;
  Command remove_image() const;
  Command cleanup_traefik() const;
  Command ensure_proxy_directory() const;
  Command remove_proxy_directory() const;
  Command ensure_apps_config_directory() const;

  Command boot_config() const;
  // Its files.
  std::string options_file() const;
  std::string image_file() const;
  std::string image_version_file() const;
  std::string run_command_file() const;

 private:
  Command run_as_configured(const config::ProxyRun& run) const;
  Command run_from_files() const;

  const config::Configuration& config_;
  const config::ProxyRun* run_config_;
};

}  // namespace kamal::commands
