#pragma once

#include "cli/context.h"

namespace kamal::cli {

void app_details(Context& context);

}  // namespace kamal::cli
