#pragma once

#include <memory>
#include <optional>
#include <string>
#include <string_view>
#include <utility>
#include <vector>

#include "kamal/support/process.h"
#include "kamal/support/system.h"

namespace kamal {

// Names and values in the vault's order; nullopt for a field without a value.
using SecretValues = std::vector<std::pair<std::string, std::optional<std::string>>>;

struct SecretRequest {
  std::vector<std::string> names;
  std::optional<std::string> account;
  std::optional<std::string> from;
};

// A vault that `kamal secrets fetch` reads from.
class SecretAdapter {
 public:
  virtual ~SecretAdapter() = default;
  virtual bool requires_account() const { return true; }
  // Checks that the vault CLI is installed, logs in if needed, fetches. Throws std::runtime_error.
  virtual SecretValues fetch(const SecretRequest& request) = 0;
};

// The names that --adapter accepts.
std::vector<std::string> secret_adapter_names();

// An adapter by one of these names; throws std::runtime_error with the choices for an unknown one.
// KAMAL_SECRETS_TIMEOUT in the environment bounds each call of the vault CLI.
std::unique_ptr<SecretAdapter> make_secret_adapter(const std::string& name, Processes& processes,
                                                   const EnvironmentMap& environment);

// `kamal secrets fetch`: the fetched secrets as JSON on one line. Throws std::runtime_error.
std::string secrets_fetch_json(SecretAdapter& adapter, const SecretRequest& request);

// The same as one shell word: the value of `$(kamal secrets fetch ...)` in a secrets file, so
// that `kamal secrets extract NAME $FETCHED` gets it back whole.
std::string secrets_fetch_word(SecretAdapter& adapter, const SecretRequest& request);

// `kamal secrets extract`: the value under `name`, or under the first name that ends in /`name`.
// Throws std::runtime_error.
std::string secrets_extract(std::string_view name, std::string_view json);

}  // namespace kamal
