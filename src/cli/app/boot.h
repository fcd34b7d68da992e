#pragma once

#include "cli/app/versions.h"
#include "cli/context.h"

namespace kamal::cli {

// `app boot`: assets and certificates on every host, then container after container: healthy new, stopped
// old.
void boot_app(Context& context, const BootVersions& versions);

// Resolves the secrets of the selected roles: certificates and environment. Called before anything runs;
// throws ConfigurationError for a secret that is missing or failed, or for an empty certificate.
void check_secrets_of_roles(const Context& context);

}  // namespace kamal::cli
