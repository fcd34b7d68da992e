#pragma once

#include <functional>
#include <string>

#include "cli/context.h"

namespace kamal::cli {

// Runs the work if --confirmed is set or the user answers y. Throws Error (no_action) at the end of input.
void confirming(Context& context, const std::string& question, const std::function<void()>& work);

OptionSpec confirmed_option();

}  // namespace kamal::cli
