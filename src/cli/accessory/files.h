#pragma once

#include "cli/context.h"
#include "kamal/commands/accessory.h"

namespace kamal::cli {

// For messages about a secret that the accessory's env wants.
config::SecretKey key_of_secrets(const config::Accessory& accessory);

// Puts one of an accessory's `files` on a host: folder, content (ERB evaluated for names that end in .erb),
// mode and owner. Throws ConfigurationError for a file that is not there.
sshkit::Steps upload_steps(Context& context, const config::Accessory& accessory,
                           const commands::Accessory& commands, const config::MountedPath& file);

}  // namespace kamal::cli
