#pragma once

#include "cli/context.h"

namespace kamal::cli {

void server_bootstrap(Context& context);

}  // namespace kamal::cli
