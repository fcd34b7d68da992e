#pragma once

#include <vector>

#include "cli/context.h"

namespace kamal::cli {

// deliver, dev, pull and push.
std::vector<CommandSpec> image_commands();

OptionSpec no_cache_option();
void build_deliver(Context& context);
enum class Pushed { no, yes };  // by this run
void pull_image(Context& context, Pushed pushed);

}  // namespace kamal::cli
