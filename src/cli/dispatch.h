#pragma once

#include <functional>
#include <map>
#include <string>

#include "cli/context.h"

namespace kamal::cli {

using Handler = std::function<void(Context&)>;
using FreeHandler = std::function<void(const Invocation&, const Effects&)>;

// What runs a command, by its words: "app exec". The free ones need no configuration.
const std::map<std::string, Handler>& handlers();
const std::map<std::string, FreeHandler>& free_handlers();

}  // namespace kamal::cli
