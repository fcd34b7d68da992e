#pragma once

#include <chrono>
#include <optional>
#include <string>
#include <vector>

#include "kamal/config/container.h"
#include "kamal/config/proxy.h"
#include "kamal/support/names.h"

namespace kamal::config {

struct TaggedHost {
  Host host;
  std::vector<std::string> tags;
};

// Path of the assets in the container and the options of their volume: `/app/public:ro`.
struct AssetPath {
  std::string path;
  std::optional<std::string> options;
};

// One role of `servers`, with what it inherits from the root already merged.
struct Role {
  RoleName name;
  bool primary = false;           // is it `primary_role`?
  std::vector<TaggedHost> hosts;  // in file order, without duplicates
  std::optional<std::string> cmd;
  DockerOptions options;                          // without `restart`
  std::string restart_policy = "unless-stopped";  // options/restart
  Labels labels;                                  // service, role and destination first
  Env env;                                        // root and role; Configuration::env adds the host's tags
  Logging logging;
  std::optional<Proxy> proxy;                        // absent: does not run behind kamal-proxy
  std::optional<std::chrono::seconds> stop_timeout;  // its own or the root's
  std::optional<AssetPath> asset_path;

  bool running_proxy() const { return proxy.has_value(); }
  bool assets() const { return asset_path && running_proxy(); }
  bool runs_on(const Host& host) const;
  std::vector<Host> host_names() const;
};

}  // namespace kamal::config
