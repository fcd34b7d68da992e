#pragma once

#include <memory>
#include <string>
#include <utility>
#include <vector>

#include "kamal/config/configuration.h"
#include "kamal/secrets/secrets.h"
#include "kamal/support/command.h"
#include "kamal/support/names.h"

namespace kamal::commands {

// What builds depend on: this machine and the checkout.
struct BuildLocation {
  std::string machine;    // its architecture as docker names it: amd64, arm64
  bool git_used = false;  // is the working directory in a git repository?
  std::string git_root;   // its top directory
  std::string revision;   // full hash of HEAD
  std::string working_directory;
  std::string working_directory_hash;  // SHA-256 of its path, hexadecimal; 13 characters are used
  std::string temp_directory;
};

enum class Builds { local, remote, hybrid, cloud, pack };
enum class Tagging { clean, dirty };
enum class BuildCaching { use, skip };

struct PushOptions {
  std::string output = "registry";  // --output=type=...
  Tagging tagging = Tagging::clean;
  BuildCaching caching = BuildCaching::use;
};

class BuildTarget;

// Builds the app's image on this machine or a remote one. Keeps a reference to config. A command may be
// empty if there is nothing to do.
class Builder {
 public:
  Builder(const config::Configuration& config, Version version, BuildLocation place);

  Builds kind() const;
  std::string name() const;  // local, remote, hybrid, cloud, pack

  Command create() const;
  Command remove() const;
  Command info() const;
  Command inspect_builder() const;
  // Passes secrets in the command's environment, never in its arguments.
  Command push(const PushOptions& options, const Secrets& secrets) const;
  bool login_to_registry_locally() const;
  bool needs_dockerfile() const { return kind() != Builds::pack; }  // config.builder.dockerfile

  // On servers.
  Command clean() const;
  Command pull() const;
  Command validate_image() const;
  Command first_mirror() const;

  // A clean checkout to build from.
  bool git_clone() const;
  std::string clone_directory() const;
  std::string build_directory() const;  // "." without a clone
  Command clone() const;
  std::vector<Command> clone_reset_steps() const;
  Command clone_status() const;  // no output when clean
  Command clone_revision() const;

 private:
  std::unique_ptr<BuildTarget> target() const;

  const config::Configuration& config_;
  Version version_;
  BuildLocation place_;
};

}  // namespace kamal::commands
