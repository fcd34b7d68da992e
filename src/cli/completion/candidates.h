#pragma once

#include <string>
#include <vector>

#include "cli/completion/project.h"

namespace kamal::cli {

// What the last argument could be, however much of it is typed already.
struct Completions {
  std::vector<Candidate> candidates;
  bool files = false;  // and file names
};

// `args` are kamal's arguments; the last one may be incomplete.
Completions completions_of(std::vector<std::string> args, const EnvironmentMap& environment);

}  // namespace kamal::cli
