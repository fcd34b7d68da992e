#pragma once

#include <memory>

#include "kamal/secrets/adapters.h"
#include "secrets/vault_program.h"

namespace kamal {

// One function for each vault; the program is bound to it.
std::unique_ptr<SecretAdapter> one_password_adapter(Processes& processes, const EnvironmentMap& environment);
std::unique_ptr<SecretAdapter> last_pass_adapter(Processes& processes, const EnvironmentMap& environment);
std::unique_ptr<SecretAdapter> bitwarden_adapter(Processes& processes, const EnvironmentMap& environment);
std::unique_ptr<SecretAdapter> bitwarden_secrets_manager_adapter(Processes& processes,
                                                                 const EnvironmentMap& environment);
std::unique_ptr<SecretAdapter> aws_secrets_manager_adapter(Processes& processes,
                                                           const EnvironmentMap& environment);
std::unique_ptr<SecretAdapter> gcp_secret_manager_adapter(Processes& processes,
                                                          const EnvironmentMap& environment);
std::unique_ptr<SecretAdapter> doppler_adapter(Processes& processes, const EnvironmentMap& environment);
std::unique_ptr<SecretAdapter> enpass_adapter(Processes& processes, const EnvironmentMap& environment);
std::unique_ptr<SecretAdapter> passbolt_adapter(Processes& processes, const EnvironmentMap& environment);
std::unique_ptr<SecretAdapter> test_adapter(Processes& processes, const EnvironmentMap& environment);

}  // namespace kamal
