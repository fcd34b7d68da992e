#pragma once

#include <chrono>
#include <cstdint>
#include <functional>
#include <optional>
#include <span>
#include <string>
#include <vector>

#include "cli/app/fleet.h"
#include "cli/context.h"
#include "cli/lock/held_lock.h"

namespace kamal::cli {

// The requests that kamal-proxy sends to a running container.
enum class Traffic {
  serving,
  maintenance,  // kamal-proxy responds with the maintenance page
  paused,       // held until resumed
  draining,     // a newer container gets new requests
  not_serving,  // not kamal-proxy's target
  unknown,
};
// serving, maintenance ..., not_serving.
const char* name_of(Traffic traffic);

struct Usage {
  double cpu_percent = 0;     // of one processor
  uint64_t memory_bytes = 0;  // rounded by docker
};

// A container, or the lack of one, of a role or an accessory on a host.
struct PlaceStatus {
  Host host{};
  std::string name{};  // of the role or accessory
  std::optional<AppContainer> container{};
  std::optional<std::chrono::system_clock::time_point> image_created{};
  std::optional<Traffic> traffic{};  // nothing if it does not run, or not behind kamal-proxy
  std::optional<Usage> usage{};
  bool known = true;  // false if the query failed
};

struct ProxyStatus {
  Host host{};
  std::optional<AppContainer> container{};
  bool known = true;

  std::string version() const;  // the tag of its image; "" without a container
};

struct LockStatus {
  Host host{};
  std::optional<HeldLock> held{};
  bool known = true;
};

// A query that failed.
struct StatusProblem {
  enum class Scope {
    connection,  // the host is unreachable
    containers,  // docker could not list them
    detail,      // the lock, kamal-proxy or the usage
  };
  Host host{};
  std::string reason{};  // one line
  Scope scope{};
};

struct FleetStatus {
  std::vector<Host> hosts{};               // that were selected
  std::vector<PlaceStatus> roles{};        // by role, then host; at least one for each
  std::vector<PlaceStatus> accessories{};  // likewise
  std::vector<ProxyStatus> proxies{};
  std::vector<LockStatus> locks{};
  std::vector<StatusProblem> problems{};
  std::chrono::system_clock::time_point asked_at{};
};

// Further queries in the same round trip.
struct MoreQueries {
  std::function<sshkit::Steps(const Host&)> steps{};  // that ignore failures
  // Gets the replies, one host at a time.
  std::function<void(const Host&, std::span<const sshkit::StepResult>)> read{};
};

enum class WithUsage { no, yes };
// Queries the selected hosts and the hosts of the deploy lock, each in one round trip. A failing host is a
// problem, not an exception.
FleetStatus ask_for_status(Context& context, WithUsage usage, const MoreQueries& more = {});

}  // namespace kamal::cli
