#pragma once

#include <functional>
#include <optional>
#include <string>
#include <string_view>
#include <utility>
#include <vector>

#include "kamal/secrets/secrets.h"

namespace kamal::config {

// One --name value of docker; no value for a flag.
struct DockerOption {
  std::string name;
  std::optional<std::string> value;
  bool operator==(const DockerOption&) const = default;
};
using DockerOptions = std::vector<DockerOption>;  // `options:`, lists expanded

// One label; no value where Kamal writes the bare key (a missing destination).
struct Label {
  std::string name;
  std::optional<std::string> value;
  bool operator==(const Label&) const = default;
};
using Labels = std::vector<Label>;

// `logging:` of the application or a role (merged).
struct Logging {
  std::optional<std::string> driver;
  DockerOptions options;  // --log-opt name=value
};

// A directory or file of a host, mounted in a container.
struct Volume {
  std::string host_path;  // relative to the login directory
  std::string container_path;
  std::optional<std::string> options;  // ro, z ...
  // host:container[:options]; a relative host path starts with ${PWD} for the server's shell to expand.
  std::string docker_text() const;
};

// `env:` of the application, a role, a tag or an accessory.
struct Env {
  std::vector<std::pair<std::string, std::string>> clear;
  std::vector<std::string> secret;  // NAME, or NAME:SECRET if the secret has another name

  // Merges `other` over this: its clear values win, its secrets are added.
  Env merge(const Env& other) const;
};

// The path of the key for an entry of Env::secret, for messages.
using SecretKey = std::function<std::string(const std::string& entry)>;

// Secrets of an env as NAME and value. Throws ConfigurationError with all that are missing.
std::vector<std::pair<std::string, std::string>> resolve_secrets(const Env& env, const Secrets& secrets,
                                                                 const SecretKey& key_of);
// The file for docker's --env-file; "\n" without secrets. Throws ConfigurationError with all that are
// missing, or too long for Docker.
std::string env_file_text(const Env& env, const Secrets& secrets, const SecretKey& key_of);

}  // namespace kamal::config
