#pragma once

#include <chrono>
#include <map>
#include <optional>
#include <string>
#include <utility>
#include <vector>

#include "kamal/config/accessory.h"
#include "kamal/config/container.h"
#include "kamal/config/image.h"
#include "kamal/config/proxy.h"
#include "kamal/config/role.h"
#include "kamal/support/names.h"
#include "kamal/yaml/value.h"

namespace kamal::config {

// `ssh:` how to reach the servers.
struct SshOptions {
  std::string user = "root";
  bool user_is_set = false;  // in deploy.yml
  int port = 22;
  bool port_is_set = false;
  std::optional<std::string> proxy;          // [user@]host[:port], jumps separated by commas; root by default
  std::optional<std::string> proxy_command;  // with %h and %p
  std::vector<std::string> keys;             // files
  std::vector<std::string> key_data;         // names of secrets, or private keys themselves (deprecated)
  bool keys_only = false;
  std::optional<bool> forward_agent;
  std::string log_level = "fatal";
  // true: the default files; false: none; or the files named.
  bool use_config = true;
  std::vector<std::string> config_files;
};

// `sshkit:` how connections are made.
struct SshkitOptions {
  int max_concurrent_starts = 30;
  std::chrono::seconds pool_idle_timeout{900};
  int dns_retries = 3;
};

// `boot:` how many hosts boot at a time.
struct Boot {
  std::optional<int> limit;                  // hosts, percentages already resolved
  std::optional<std::chrono::seconds> wait;  // between groups
  bool parallel_roles = false;
};

// `output:` where deploy logs go besides the terminal.
struct OutputOptions {
  std::optional<std::string> otel_endpoint;
  std::optional<std::string> file_path;  // a directory; one file per run
};

// `x-kamal:` settings that Kamal does not have and ignores.
struct Extensions {
  bool rollback_on_failure = false;  // a failed deploy rolls back hosts that have switched
  std::chrono::seconds settle{0};    // how long new containers are watched after the switch; 0: not at all
};

enum class HookOutput { unset, quiet, verbose };

// deploy.yml (and deploy.DEST.yml) as a value: checked, with defaults, but nothing resolved that needs the
// network, a command or a secret. Created by the Loader.
struct Configuration {
  std::string service;
  std::optional<Destination> destination;
  std::string image;                   // without registry and tag
  std::vector<Role> roles;             // by name, as Kamal sorts them
  std::vector<Accessory> accessories;  // in the order of the file
  RoleName primary_role_name{"web"};
  Registry registry;
  Builder builder;
  Env env;
  std::map<std::string, Env> env_tags;
  Logging logging;
  SshOptions ssh;
  SshkitOptions sshkit;
  Boot boot;
  OutputOptions output;
  Extensions extensions;
  std::vector<std::string> volumes;
  Labels labels;
  std::optional<AssetPath> asset_path;
  std::optional<std::string> error_pages_path;
  std::string hooks_path = ".kamal/hooks";
  std::string secrets_path = ".kamal/secrets";
  HookOutput hooks_output = HookOutput::unset;             // for every hook
  std::map<std::string, HookOutput> hooks_output_by_hook;  // or per hook
  int retain_containers = 5;
  std::chrono::seconds readiness_delay{7};
  std::chrono::seconds deploy_timeout{30};
  std::chrono::seconds drain_timeout{30};
  std::optional<std::chrono::seconds> stop_timeout;
  std::vector<std::pair<std::string, std::string>> aliases;
  Value raw;                      // merged, as read
  std::vector<Problem> warnings;  // odd readings, deprecated keys

  // Names and paths.
  std::string service_and_destination() const;  // SERVICE[-DEST]
  std::string title() const;                    // SERVICE[ (DEST)], for people
  std::string repository() const;               // [SERVER/]IMAGE
  std::string absolute_image(const Version& version) const;
  std::string latest_image() const;
  std::string latest_tag() const;                        // latest[-DEST]
  std::string container_prefix(const Role& role) const;  // SERVICE-ROLE[-DEST]
  std::string container_name(const Role& role, const Version& version) const;
  std::string run_directory() const { return ".kamal"; }
  std::string apps_directory() const;  // .kamal/apps
  std::string app_directory() const;   // .kamal/apps/SERVICE[-DEST]
  std::string env_directory() const;
  std::string assets_directory() const;
  std::string role_env_directory() const;
  std::string role_env_path(const Role& role) const;
  std::string accessory_env_directory() const;
  std::string accessory_env_path(const Accessory& accessory) const;
  std::string asset_extracted_directory(const Role& role, const Version& version) const;
  std::string asset_volume_directory(const Role& role, const Version& version) const;
  std::string proxy_directory() const;                // .kamal/proxy
  std::string proxy_apps_directory() const;           // .kamal/proxy/apps-config
  std::string proxy_app_directory() const;            // .kamal/proxy/apps-config/SERVICE[-DEST]
  std::string proxy_app_container_directory() const;  // the same seen from inside kamal-proxy's container
  HookOutput hook_output(const std::string& hook) const;

  // Roles, accessories and their hosts.
  const Role* role(const RoleName& name) const;
  const Role* primary_role() const;
  const Accessory* accessory(const std::string& name) const;
  std::vector<Host> all_hosts() const;  // of roles, then accessories
  std::vector<Host> app_hosts() const;
  std::vector<Host> proxy_hosts() const;  // of proxied roles, then proxied accessories
  std::optional<Host> primary_host() const;
  std::vector<const Role*> roles_on(const Host& host) const;
  // proxy.run of a role or accessory on this host; the loader ensures that they agree.
  const ProxyRun* proxy_run(const Host& host) const;
  // Env of a role on a host: root, role, then the host's tags.
  Env env_of(const Role& role, const Host& host) const;
  // The position in deploy.yml of an entry in that env's `secret`.
  std::string secret_key(const Role& role, const Host& host, const std::string& entry) const;
};

}  // namespace kamal::config
