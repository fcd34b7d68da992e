#include "cli/secret_checks.h"

#include <algorithm>

namespace kamal::cli {

void SecretChecks::add(const std::function<void()>& check) {
  try {
    check();
  } catch (const ConfigurationError& error) {
    if (error.problems().empty()) throw;
    for (const Problem& problem : error.problems()) {
      const bool known = std::any_of(problems_.begin(), problems_.end(),
                                     [&](const Problem& other) { return other.text() == problem.text(); });
      if (!known) problems_.push_back(problem);
    }
  }
}

void SecretChecks::throw_problems() const {
  if (!problems_.empty()) throw ConfigurationError(problems_);
}

}  // namespace kamal::cli
