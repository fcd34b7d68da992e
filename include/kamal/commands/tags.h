#pragma once

#include <optional>
#include <string>
#include <utility>
#include <vector>

#include "kamal/config/configuration.h"
#include "kamal/support/names.h"

namespace kamal::commands {

// What tags need to know from outside the configuration.
struct TagFacts {
  std::string recorded_at;  // ISO 8601, UTC
  std::string performer;    // git's user.email, or the login name
  Version version;          // empty where nobody knows it
};

// Names and values in order, e.g. recorded_at, performer, destination ...
using Tags = std::vector<std::pair<std::string, std::string>>;

// recorded_at, performer, destination (if any), version, service_version, service.
Tags default_tags(const config::Configuration& config, const TagFacts& facts);
// The version without most of a git hash: 7 characters, unless it has an underscore.
std::string abbreviated(const Version& version);

}  // namespace kamal::commands
