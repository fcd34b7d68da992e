#pragma once

#include <string>
#include <vector>

#include "cli/main/completion_project.h"

namespace kamal::cli {

// What could stand in the place of the last word, whatever of it is typed already.
struct Completions {
  std::vector<Candidate> candidates;
  bool files = false;  // the names of files besides
};

// `words` are those behind `kamal`, the last one as far as it is typed.
Completions completions_of(std::vector<std::string> words, const EnvironmentMap& environment);

}  // namespace kamal::cli
