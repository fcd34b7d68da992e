#pragma once

#include <chrono>
#include <cstddef>
#include <map>
#include <optional>
#include <string>

namespace kamal {

// The environment of this process, as a value that is handed down; changes reach child processes only.
using EnvironmentMap = std::map<std::string, std::string>;

EnvironmentMap current_environment();
std::optional<std::string> get(const EnvironmentMap& environment, const std::string& name);

// Bytes that a program run by a template or a secrets file may print.
constexpr size_t max_program_output = 16 << 20;

// A timeout in seconds from an environment variable; none for 0. Throws std::runtime_error if
// the variable is not a whole number.
std::optional<std::chrono::milliseconds> time_limit(const EnvironmentMap& environment,
                                                    const std::string& variable,
                                                    std::optional<std::chrono::milliseconds> by_default);

// Of secrets: KAMAL_SECRETS_TIMEOUT (default: 600 s, because password managers prompt).
std::optional<std::chrono::milliseconds> secrets_timeout(const EnvironmentMap& environment);

}  // namespace kamal
