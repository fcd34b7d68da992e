#pragma once

#include <string>
#include <vector>

#include "cli/app/boot.h"
#include "cli/timeline.h"

namespace kamal::cli {

// What a successful run changed, for its last line.
struct Summary {
  std::string what{};         // Deployed shop
  PreviousVersions before{};  // of all roles and hosts
  Version version{};
  std::string preposition = "to";
  std::vector<RoleName> roles{};  // in the order of deploy.yml
  Timeline::Duration took{};
  std::vector<Timeline::Phase> phases{};

  // Deployed shop 3f2c1a0 -> 9be7d04 to 12 servers (web 10, job 2) in 48 s: build 21, boot 10 (slowest
  // web-03)
  std::string text() const;
  // The same as a heading, with the phases in a table.
  std::string markdown() const;
};

}  // namespace kamal::cli
