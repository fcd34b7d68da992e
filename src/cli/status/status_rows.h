#pragma once

#include <chrono>
#include <optional>
#include <string>
#include <vector>

#include "cli/status/fleet_status.h"

namespace kamal::cli {

// Hosts with the same status of a role, an accessory or kamal-proxy.
struct StatusRow {
  using Time = std::chrono::system_clock::time_point;

  std::vector<Host> hosts{};
  std::string name{};     // of the role or accessory
  std::string version{};  // or image; "" without a container
  std::optional<Traffic> traffic{};
  std::string state{};  // human-readable
  std::optional<int> restarts{};
  bool odd = false;           // needs attention, or deviates from most
  std::vector<Time> since{};  // started or ended
  std::vector<Time> image_created{};
  std::vector<Usage> usage{};

  bool has_same_status(const StatusRow& other) const;
};

// Odd rows first, those without a container before others; then by name, in the order of deploy.yml.
std::vector<StatusRow> rows_of_roles(const FleetStatus& status);
std::vector<StatusRow> rows_of_accessories(const FleetStatus& status);
std::vector<StatusRow> rows_of_proxies(const FleetStatus& status);

}  // namespace kamal::cli
