#pragma once

#include <memory>
#include <string>
#include <utility>
#include <vector>

#include "kamal/yaml/error.h"

namespace kamal {

// The values of .kamal/secrets*: resolved at first use and once. A secret that can't be resolved fails only
// the caller that requires it. Threads may ask at the same time.
class Secrets {
 public:
  virtual ~Secrets() = default;
  // Throws ConfigurationError with `wanted_by` (a key path): for a missing secret with the files looked at,
  // for one that failed with its file and line.
  virtual std::string get(const std::string& name, const std::string& wanted_by = "") const = 0;
  virtual bool has(const std::string& name) const = 0;          // is it assigned, if only to nothing?
  virtual Mark origin(const std::string&) const { return {}; }  // where it is assigned
  virtual const std::vector<std::pair<std::string, std::string>>& all() const = 0;  // without failed ones
  virtual std::vector<Problem> failures() const { return {}; }
};

// The value of a secret that is of no use when blank: then throws ConfigurationError with its origin.
std::string required_secret(const Secrets& secrets, const std::string& name, const std::string& wanted_by);

}  // namespace kamal
