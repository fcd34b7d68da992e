#pragma once

#include <chrono>
#include <cstddef>
#include <optional>
#include <string>

#include "kamal/support/environment.h"

namespace kamal {

// Bytes that a program of a template or a secrets file may print.
constexpr size_t most_program_output = 16 << 20;

// How long a program may take: as many seconds as the variable says, nothing for 0: no limit. Throws
// ConfigurationError for what is no number.
std::optional<std::chrono::milliseconds> time_limit(const EnvironmentMap& environment,
                                                    const std::string& variable,
                                                    std::optional<std::chrono::milliseconds> by_default);

// To answer for a secret: KAMAL_SECRETS_TIMEOUT, 600 without it, since password managers ask people.
std::optional<std::chrono::milliseconds> secrets_time_limit(const EnvironmentMap& environment);

}  // namespace kamal
