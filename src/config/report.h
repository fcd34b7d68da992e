#pragma once

#include <string>
#include <utility>
#include <vector>

#include "kamal/yaml/error.h"
#include "kamal/yaml/value.h"

namespace kamal::config {

// What is wrong with a configuration, collected so that one run tells everything.
struct Report {
  std::vector<Problem> errors;
  std::vector<Problem> warnings;

  void error(std::string key, const Mark& mark, std::string message) {
    errors.push_back({mark, std::move(key), std::move(message)});
  }
  void warn(std::string key, const Mark& mark, std::string message) {
    warnings.push_back({mark, std::move(key), std::move(message)});
  }
};

}  // namespace kamal::config
