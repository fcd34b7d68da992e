#pragma once

#include <optional>
#include <string>
#include <vector>

namespace kamal::config {

// One --name value of docker; no value for a flag.
struct DockerOption {
  std::string name;
  std::optional<std::string> value;
  bool operator==(const DockerOption&) const = default;
};
using DockerOptions = std::vector<DockerOption>;  // `options:`, lists spread out

// One label; no value where the reference writes the bare key (a missing destination).
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

// A folder or file of a host that a container sees.
struct Volume {
  std::string host_path;  // relative paths start at the login folder
  std::string container_path;
  std::optional<std::string> options;  // ro, z ...
  // host:container[:options]; a relative host path starts with ${PWD} for the server's shell to expand.
  std::string docker_text() const;
};

}  // namespace kamal::config
