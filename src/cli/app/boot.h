#pragma once

#include "cli/app/versions.h"
#include "cli/context.h"

namespace kamal::cli {

// `app boot`: assets and certificates on every host, then container after container: healthy new, stopped
// old.
void boot_app(Context& context, const BootVersions& versions);

}  // namespace kamal::cli
