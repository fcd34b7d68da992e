#pragma once

#include <memory>
#include <string>
#include <utility>
#include <vector>

namespace kamal {

// The values of .kamal/secrets*: resolved at first use and once. Threads may ask at the same time.
class Secrets {
 public:
  virtual ~Secrets() = default;
  // Throws ConfigurationError that names the secret and the files looked at, and `wanted_by` (a key path).
  virtual std::string get(const std::string& name, const std::string& wanted_by = "") const = 0;
  virtual bool has(const std::string& name) const = 0;  // is there one that is not blank?
  virtual const std::vector<std::pair<std::string, std::string>>& all() const = 0;
};

}  // namespace kamal
