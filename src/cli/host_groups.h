#pragma once

#include <vector>

#include "cli/context.h"

namespace kamal::cli {

// All hosts as one group or, with --rolling, each as a group of its own.
std::vector<std::vector<Host>> host_groups(const Context& context, const std::vector<Host>& hosts);

}  // namespace kamal::cli
