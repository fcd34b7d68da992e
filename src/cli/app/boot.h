#pragma once

#include <map>
#include <optional>

#include "cli/app/env_files.h"
#include "cli/app/fleet.h"
#include "cli/app/versions.h"
#include "cli/context.h"

namespace kamal::cli {

// By role and host, if anything ran there.
using PreviousVersions = std::map<Place, std::optional<Version>>;

// Whether more than one version of a role may run, since nobody has stopped stale containers.
enum class Leftovers { possible, stopped };

// `app boot`: assets and certificates on every host, then container after container: healthy new, stopped
// old. Where it is interrupted, boots that have not ended are undone; where it fails, those that have are
// rolled back if that was asked for. Returns what ran before.
PreviousVersions boot_app(Context& context, const BootVersions& versions, Leftovers leftovers,
                          EnvUpload env_upload = EnvUpload::to_do);

std::vector<OptionSpec> boot_options();  // --rollback-on-failure, --settle

// Resolves the secrets of the selected roles: certificates and environment. Called before anything runs;
// throws ConfigurationError for a secret that is missing or failed, or for an empty certificate.
void check_secrets_of_roles(const Context& context);

}  // namespace kamal::cli
