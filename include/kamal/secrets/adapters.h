#pragma once

#include <memory>
#include <optional>
#include <string>
#include <utility>
#include <vector>

#include "kamal/support/environment.h"
#include "kamal/support/process.h"

namespace kamal {

// Names and values in the order in which the vault gave them; a field without a value has none.
using SecretValues = std::vector<std::pair<std::string, std::optional<std::string>>>;

struct SecretRequest {
  std::vector<std::string> names;
  std::optional<std::string> account;
  std::optional<std::string> from;
};

// One vault that `kamal secrets fetch` can ask.
class SecretAdapter {
 public:
  virtual ~SecretAdapter() = default;
  virtual bool requires_account() const { return true; }
  // Checks that the vault's program is there, logs in where needed, asks. Throws std::runtime_error.
  virtual SecretValues fetch(const SecretRequest& request) = 0;
};

// The names that --adapter takes.
std::vector<std::string> secret_adapter_names();

// By these names; throws std::runtime_error with the choices for an unknown one.
// KAMAL_SECRETS_TIMEOUT in the environment bounds each call of the vault's program.
std::unique_ptr<SecretAdapter> make_secret_adapter(const std::string& name, Processes& processes,
                                                   const EnvironmentMap& environment);

}  // namespace kamal
