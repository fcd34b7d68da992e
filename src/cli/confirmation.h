#pragma once

#include <functional>
#include <string>

#include "cli/context.h"

namespace kamal::cli {

// Asks before something is lost, unless --confirmed says yes. Throws NothingDone where the answer is not `y`.
void confirming(Context& context, const std::string& question, const std::function<void()>& work);

}  // namespace kamal::cli
