#pragma once

#include <optional>

#include "kamal/config/configuration.h"

namespace kamal::cli {

// The server of a builder at ssh://[user@]host[:port]; nothing where it is reached in another way, or none.
std::optional<Host> remote_builder_host(const config::Configuration& config);

}  // namespace kamal::cli
