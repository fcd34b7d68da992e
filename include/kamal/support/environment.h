#pragma once

#include <map>
#include <optional>
#include <string>

namespace kamal {

// The environment of this process, as a value that is handed down; changes reach child processes only.
using EnvironmentMap = std::map<std::string, std::string>;

EnvironmentMap current_environment();
std::optional<std::string> get(const EnvironmentMap& environment, const std::string& name);

}  // namespace kamal
