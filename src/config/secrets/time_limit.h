#pragma once

#include <chrono>
#include <optional>

#include "kamal/support/environment.h"

namespace kamal {

// How long a program may take to answer for a secret: KAMAL_SECRETS_TIMEOUT seconds, 600 without it, since
// password managers ask people. Nothing for 0: no limit. Throws ConfigurationError for what is no number.
std::optional<std::chrono::milliseconds> secrets_time_limit(const EnvironmentMap& environment);

}  // namespace kamal
