#pragma once

#include <string>
#include <string_view>

#include "kamal/secrets/adapters.h"

namespace kamal {

// `kamal secrets fetch`: the vault's answer as JSON in one line. Throws std::runtime_error.
std::string secrets_fetch_json(SecretAdapter& adapter, const SecretRequest& request);

// The same as one word of a shell line: what `$(kamal secrets fetch ...)` in a secrets file stands for, so
// that `kamal secrets extract NAME $FETCHED` gets it back whole.
std::string secrets_fetch_word(SecretAdapter& adapter, const SecretRequest& request);

// `kamal secrets extract`: the value under `name`, or under the first name that ends in /`name`.
// Throws std::runtime_error.
std::string secrets_extract(std::string_view name, std::string_view json);

}  // namespace kamal
