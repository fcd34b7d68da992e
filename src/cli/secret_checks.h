#pragma once

#include <functional>
#include <vector>

#include "kamal/yaml/value.h"

namespace kamal::cli {

// Checks of secrets before a command runs: all that is wrong is told at once, each problem once.
class SecretChecks {
 public:
  void add(const std::function<void()>& check);
  void throw_problems() const;  // ConfigurationError, if there is one

 private:
  std::vector<Problem> problems_;
};

}  // namespace kamal::cli
