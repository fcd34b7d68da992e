#pragma once

#include <map>
#include <mutex>
#include <optional>
#include <string>
#include <string_view>
#include <vector>

#include "cli/app/fleet.h"
#include "cli/app/versions.h"
#include "cli/context.h"

namespace kamal::cli {

// Summarizes the failed health checks in kamal-proxy's log: each reason once, with a count and a hint. "" if
// there are none.
std::string health_report(std::string_view log);

// New containers as they were when they began to serve or, without a proxy, were found healthy. Thread-safe.
class SwitchedContainers {
 public:
  void set(const Place& place, const AppContainer& container);
  std::optional<AppContainer> find(const Place& place) const;

 private:
  mutable std::mutex mutex_;
  std::map<Place, AppContainer> containers_;
};

bool settles(const Context& context);
// Watches the containers that have just booted on the hosts, for as long as --settle or x-kamal/settle says.
// Throws Error (healthcheck) if one has ended, restarted or become unhealthy since it switched, with its last
// lines.
void settle(Context& context, const std::vector<Host>& hosts, const BootVersions& versions,
            const SwitchedContainers& switched);

}  // namespace kamal::cli
