#pragma once

#include <optional>
#include <string>
#include <utility>
#include <vector>

#include "kamal/config/configuration.h"
#include "kamal/secrets/secrets.h"
#include "kamal/support/command.h"
#include "kamal/support/names.h"

namespace kamal::commands {

// Tags that do not come from the configuration.
struct TagMetadata {
  std::string recorded_at;  // ISO 8601, UTC
  std::string performer;    // git's user.email, or the login name
  Version version;          // empty if unknown
};

// Names and values in order, e.g. recorded_at, performer, destination ...
using Tags = std::vector<std::pair<std::string, std::string>>;

// recorded_at, performer, destination (if any), version, service_version, service.
Tags default_tags(const config::Configuration& config, const TagMetadata& facts);
// The version shortened like a git hash: 7 characters, unless it has an underscore.
std::string abbreviated(const Version& version);

// A hook of the project, run on this machine.
class Hook {
 public:
  explicit Hook(const config::Configuration& config) : config_(config) {}

  std::string file(const std::string& hook) const;
  Command run(const std::string& hook) const;
  // KAMAL_RECORDED_AT and so on; `details` (hosts, roles, lock, command, subcommand, runtime) add to the
  // tags; the last value of a name wins. `secrets` are added, if given.
  std::vector<std::pair<std::string, std::string>> env(const TagMetadata& facts, const Tags& details,
                                                       const Secrets* secrets = nullptr) const;

 private:
  const config::Configuration& config_;
};

}  // namespace kamal::commands
