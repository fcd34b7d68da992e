#pragma once

#include <string>

#include "cli/plan/plan.h"

namespace kamal::cli {

// The verdict first; then versions, commits and image; then what happens to each container, hosts with the
// same plan in one line, with what differs below it; hooks, pruning, the deploy lock and problems.
std::string plan_text(const Plan& plan, const Context& context);
std::string plan_json(const Plan& plan, const Context& context);  // as described by docs/plan.schema.json

}  // namespace kamal::cli
