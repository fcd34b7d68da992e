#pragma once

#include <memory>

#include "cli/run_log/run_log.h"

namespace kamal::cli {

class Context;

// The logs that the configuration asks for; null where it asks for none. Settings that can't work are warned
// about.
std::unique_ptr<RunLog> open_run_log(Context& context);

}  // namespace kamal::cli
