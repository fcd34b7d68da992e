#pragma once

#include <string>

#include "kamal/config/configuration.h"

namespace kamal::config {

// `kamal config`: the combined configuration as Kamal prints it (YAML with symbol keys).
std::string configuration_yaml(const Configuration& configuration, const Version& version);
std::string configuration_json(const Configuration& configuration, const Version& version);

}  // namespace kamal::config
