#pragma once

#include <optional>
#include <string>
#include <vector>

#include "kamal/config/container.h"
#include "kamal/config/image.h"
#include "kamal/config/proxy.h"
#include "kamal/support/names.h"

namespace kamal::config {

// An entry of `files` or `directories`.
struct MountedPath {
  std::string local;  // file: path here; directory: path on the host as written
  std::string container_path;
  std::optional<std::string> mode;  // 755 by default for files
  std::optional<std::string> owner;
  std::optional<std::string> options;  // of the volume
};

struct Accessory {
  std::string name;
  std::string service_name;  // `service`, or SERVICE-NAME
  std::string image;         // with the registry's server as prefix; empty if there is none
  std::vector<Host> hosts;
  std::optional<std::string> port;  // HOST:CONTAINER
  std::optional<std::string> cmd;
  std::string network = "kamal";
  DockerOptions options;  // without `restart`
  std::string restart_policy = "unless-stopped";
  Labels labels;  // service first
  Env env;
  std::vector<std::string> volumes;  // as written
  std::vector<MountedPath> files;
  std::vector<MountedPath> directories;
  std::optional<Proxy> proxy;
  std::optional<Registry> registry;

  bool running_proxy() const { return proxy.has_value(); }
  std::string file_host_path(const MountedPath& file) const;  // relative to the login directory
  // `directory` as passed to mkdir: absolute, or ${PWD}/SERVICE/... for the server's shell to expand.
  std::string directory_host_path(const MountedPath& directory) const;
  std::vector<Volume> path_volumes() const;  // of files, then directories
};

}  // namespace kamal::config
