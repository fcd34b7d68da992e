#pragma once

#include "kamal/config/configuration.h"
#include "kamal/config/loader.h"

namespace kamal::config {

// The model of a raw configuration, checked or not.
Configuration assemble(const Value& raw, const std::optional<Destination>& destination);

}  // namespace kamal::config
