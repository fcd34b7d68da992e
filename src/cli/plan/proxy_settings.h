#pragma once

#include <nlohmann/json_fwd.hpp>
#include <string>
#include <vector>

#include "cli/plan/settings.h"

namespace kamal::cli {

// Compares the arguments of `kamal-proxy deploy` with how kamal-proxy keeps that service in its state file, a
// JSON document. Names are keys of `proxy` in deploy.yml.
std::vector<Difference> compare_proxy_settings(const std::vector<std::string>& arguments,
                                               const nlohmann::json& service);
// The service in kamal-proxy's state file; null if it is not there.
const nlohmann::json& find_proxy_service(const nlohmann::json& state, const std::string& name);

}  // namespace kamal::cli
