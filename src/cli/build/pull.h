#pragma once

#include <vector>

#include "cli/context.h"

namespace kamal::cli {

std::vector<CommandSpec> build_pull_commands();

enum class Pushed { no, yes };  // by this run
void pull_image(Context& context, Pushed pushed);

}  // namespace kamal::cli
