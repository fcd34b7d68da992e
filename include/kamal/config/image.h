#pragma once

#include <optional>
#include <string>
#include <utility>
#include <vector>

#include "kamal/secrets/secrets.h"

namespace kamal::config {

// A value written in deploy.yml, or the name of the secret that holds it (`[NAME]`).
struct Credential {
  std::string text;
  bool is_secret = false;
  std::string resolve(const Secrets& secrets, const std::string& wanted_by) const;
};

struct Registry {
  std::optional<std::string> server;
  std::optional<Credential> username;
  std::optional<Credential> password;

  bool local() const;              // server is localhost:PORT
  std::string local_port() const;  // PORT, 80 without one
};

struct BuildCache {
  std::string type;  // gha or registry
  std::optional<std::string> image;
  std::optional<std::string> options;
};

struct Buildpacks {
  std::string builder;
  std::vector<std::string> buildpacks;
};

struct Builder {
  std::vector<std::string> arches;
  std::optional<std::string> remote;  // ssh://user@host or tcp://...
  bool local_enabled = true;          // `local: false` turns it off
  std::string driver = "docker-container";
  std::optional<BuildCache> cache;
  std::optional<Buildpacks> pack;
  std::vector<std::pair<std::string, std::string>> args;
  std::vector<std::string> secrets;  // names
  std::string dockerfile = "Dockerfile";
  std::optional<std::string> target;
  std::optional<std::string> context;  // absent: build from a clean git clone
  std::optional<std::string> ssh;
  std::optional<std::string> provenance;
  std::optional<std::string> sbom;

  bool docker_driver() const { return driver == "docker"; }
  bool cloud() const { return driver.rfind("cloud", 0) == 0; }
  std::string context_or_default() const { return context.value_or("."); }
  // `machine` is this machine's architecture as docker names it (amd64, arm64).
  std::vector<std::string> local_arches(const std::string& machine) const;
  std::vector<std::string> remote_arches(const std::string& machine) const;
  bool builds_remotely(const std::string& machine) const { return !remote_arches(machine).empty(); }
  bool builds_locally(const std::string& machine) const;
};

}  // namespace kamal::config
