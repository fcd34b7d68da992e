#pragma once

#include <map>
#include <nlohmann/json.hpp>
#include <optional>
#include <string>
#include <vector>

#include "cli/status/fleet_status.h"

namespace kamal::cli {

// What docker and kamal-proxy on a host know in detail.
struct HostDetails {
  std::vector<nlohmann::json> containers{};        // docker's documents; the app's first, newest first
  std::map<std::string, nlohmann::json> images{};  // of the containers, by ID
  std::vector<std::string> image_names{};          // of the service
  nlohmann::json proxy_state{};                    // of kamal-proxy; null if there is none
  std::vector<std::string> apps{};                 // that kamal deployed there, with their destination
  std::map<std::string, std::vector<std::string>> lines{};  // see line_of_run() and line_of_proxy()
  bool known = false;
  bool proxy_known = false;

  const nlohmann::json& container(const std::string& id) const;  // null if it is not there
  const nlohmann::json& image(const std::string& id) const;      // likewise
  // The arguments of a command that this version of kamal would run, as the host's shell expands them, after
  // the name of the program; for this version of the app.
  std::vector<std::string> line(const std::string& name, const Version& version) const;
};

// Names of `docker run` and of `kamal-proxy deploy` of a role, by its name, or of an accessory, by its
// service, since both may have the same name; and of kamal-proxy's own `docker run`.
std::string line_of_run(const std::string& owner);
std::string line_of_proxy(const std::string& owner);
inline constexpr const char* line_of_proxy_run = "kamal-proxy";

struct Facts {
  FleetStatus status{};
  std::map<Host, HostDetails> details{};

  const HostDetails& on(const Host& host) const;  // empty for a host that did not reply
};

// Queries each host in one round trip. A failing host is a problem, not an exception.
Facts gather_facts(Context& context);

}  // namespace kamal::cli
