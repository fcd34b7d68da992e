#pragma once

#include <nlohmann/json.hpp>
#include <optional>
#include <string>

#include "cli/status/fleet_status.h"

namespace kamal::cli {

// A document as described by docs/status.schema.json.
std::string status_json(const FleetStatus& status, const Context& context);

// Parts that other documents have, too.
nlohmann::ordered_json lock_json(const LockStatus& lock);
nlohmann::ordered_json problem_json(const StatusProblem& problem);
nlohmann::ordered_json text_or_null(const std::string& text);
nlohmann::ordered_json text_or_null(const std::optional<std::string>& text);
template <class Items, class Function>
nlohmann::ordered_json list_of(const Items& items, const Function& to_json) {
  nlohmann::ordered_json list = nlohmann::ordered_json::array();
  for (const auto& item : items) list.push_back(to_json(item));
  return list;
}

}  // namespace kamal::cli
