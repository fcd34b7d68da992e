#pragma once

#include <map>
#include <optional>
#include <string>
#include <utility>

#include "cli/app/versions.h"
#include "cli/context.h"

namespace kamal::cli {

// `app boot`: assets and certificates on every host, then container after container: healthy new, stopped
// old.
void boot_app(Context& context, const BootVersions& versions);

// What runs for a role on a host before it boots.
struct RunningVersion {
  bool clashes = false;            // there is a container of the version that is to boot
  std::optional<Version> version;  // of the container that runs
};
using RunningVersions = std::map<std::pair<Host, RoleName>, RunningVersion>;

// Resolves the secrets of the selected roles: certificates and environment. Called before anything runs;
// throws ConfigurationError for a secret that is missing or failed, or for an empty certificate.
void check_secrets_of_roles(const Context& context);

// The env file of a role's containers on a host.
std::string env_file_of(const Context& context, const config::Role& role, const Host& host);

// Puts error pages, assets and certificates on every host, and asks what runs there, in one round trip.
RunningVersions prepare_boot(Context& context, const BootVersions& versions);

}  // namespace kamal::cli
