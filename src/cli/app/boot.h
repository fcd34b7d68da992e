#pragma once

#include <map>
#include <optional>

#include "cli/app/env_files.h"
#include "cli/app/fleet.h"
#include "cli/app/versions.h"
#include "cli/context.h"

namespace kamal::cli {

// By role and host, if anything was running there.
using PreviousVersions = std::map<Place, std::optional<Version>>;

// Whether several versions of a role may be running, since stale containers have not been stopped.
enum class Leftovers { possible, stopped };

// `app boot`: uploads assets and certificates to every host, then boots container after container: the new
// one becomes healthy, the old one stops. If interrupted, undoes unfinished boots; on failure, rolls back
// finished ones if requested. Returns what ran before.
PreviousVersions boot_app(Context& context, const BootVersions& versions, Leftovers leftovers,
                          EnvUpload env_upload = EnvUpload::to_do);

std::vector<OptionSpec> boot_options();  // --rollback-on-failure, --settle

// Resolves the secrets of the selected roles: certificates and environment. Called before anything runs;
// throws ConfigurationError for a secret that is missing or failed, or for an empty certificate.
void check_secrets_of_roles(const Context& context);

}  // namespace kamal::cli
