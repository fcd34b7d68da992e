#pragma once

#include "cli/plan/gather.h"
#include "cli/plan/plan.h"

namespace kamal::cli {

// What pruning removes on a host after the app's containers were replaced or stopped.
PlannedPruning plan_pruning(const config::Configuration& config, const Host& host, const HostDetails& details,
                            const Plan& plan, const Version& version);

}  // namespace kamal::cli
