#pragma once

#include "cli/context.h"

namespace kamal::cli {

// `app boot`: assets and certificates on every host, then container after container: healthy new, stopped
// old.
void boot_app(Context& context, const Version& version);

}  // namespace kamal::cli
