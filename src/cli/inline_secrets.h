#pragma once

#include <string>
#include <vector>

#include "kamal/cli/run.h"

namespace kamal::cli {

// Answers `kamal secrets ...` of a secrets file in this process. `words` start behind `kamal`.
std::string run_inline_secrets(const std::vector<std::string>& words, const Effects& effects);

}  // namespace kamal::cli
