#pragma once

#include <map>
#include <optional>
#include <utility>

#include "cli/app/boot_versions.h"
#include "cli/context.h"

namespace kamal::cli {

// What runs for a role on a host before it boots.
struct RunningVersion {
  bool clashes = false;            // there is a container of the version that is to boot
  std::optional<Version> version;  // of the container that runs
};
using RunningVersions = std::map<std::pair<Host, RoleName>, RunningVersion>;

// Resolves the certificates of the selected roles. Called before anything runs; throws ConfigurationError for
// a secret that is missing, failed or empty.
void check_certificates(const Context& context);

// Puts error pages, assets and certificates on every host, and asks what runs there, in one round trip.
RunningVersions prepare_boot(Context& context, const BootVersions& versions);

}  // namespace kamal::cli
