#pragma once

#include <chrono>
#include <cstddef>
#include <optional>
#include <string>

#include "kamal/support/environment.h"

namespace kamal {

// Bytes that a program run by a template or a secrets file may print.
constexpr size_t max_program_output = 16 << 20;

// Time limit of a program, in seconds in an environment variable; none for 0. Throws std::runtime_error if
// the variable is not a whole number.
std::optional<std::chrono::milliseconds> time_limit(const EnvironmentMap& environment,
                                                    const std::string& variable,
                                                    std::optional<std::chrono::milliseconds> by_default);

// Of secrets: KAMAL_SECRETS_TIMEOUT (default: 600 s, because password managers prompt).
std::optional<std::chrono::milliseconds> secrets_time_limit(const EnvironmentMap& environment);

}  // namespace kamal
