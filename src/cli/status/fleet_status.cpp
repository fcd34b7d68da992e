#include "cli/status/fleet_status.h"

#include <algorithm>
#include <map>
#include <mutex>
#include <utility>

#include "cli/failures.h"
#include "cli/lock/lock_hosts.h"
#include "cli/selection.h"
#include "cli/status/host_report.h"
#include "kamal/support/strings.h"

namespace kamal::cli {
namespace {

// Hosts that could not be asked have no report.
using Reports = std::map<Host, HostReport>;

void add_places(std::vector<PlaceStatus>& all, const Reports& reports, const Host& host, const Owner& owner) {
  const auto report = reports.find(host);
  if (report == reports.end() || !report->second.known()) {
    all.push_back({.host = host, .name = owner.name, .known = false});
    return;
  }
  for (PlaceStatus& place : report->second.places(owner)) all.push_back(std::move(place));
}

Owner owner_of(const Context& context, const config::Role& role) {
  const std::string service = context.config.container_prefix(role);
  return {.name = role.name.str(),
          .role = role.name.str(),
          .name_prefix = service + "-",
          .service = service,
          .proxied = role.running_proxy()};
}

Owner owner_of(const config::Accessory& accessory) {
  return {.name = accessory.name,
          .name_prefix = accessory.service_name,
          .service = accessory.service_name,
          .proxied = accessory.running_proxy()};
}

void add_roles(FleetStatus& status, const Context& context, const Reports& reports) {
  for (const config::Role* role : context.selection().roles()) {
    for (const Host& host : role->host_names()) {
      if (contains(status.hosts, host)) add_places(status.roles, reports, host, owner_of(context, *role));
    }
  }
}

void add_accessories(FleetStatus& status, const Context& context, const Reports& reports) {
  for (const config::Accessory& accessory : context.config.accessories) {
    for (const Host& host : accessory.hosts) {
      if (contains(status.hosts, host)) add_places(status.accessories, reports, host, owner_of(accessory));
    }
  }
}

void add_proxies(FleetStatus& status, const Context& context, const Reports& reports) {
  for (const Host& host : context.selection().proxy_hosts()) {
    const auto report = reports.find(host);
    const bool known = report != reports.end() && report->second.known();
    status.proxies.push_back({host, known ? report->second.proxy() : std::nullopt, known});
  }
}

void add_locks(FleetStatus& status, const Context& context, const Reports& reports) {
  for (const Host& host : possible_lock_hosts(context)) {
    const auto report = reports.find(host);
    if (report == reports.end()) {
      status.locks.push_back({.host = host, .known = false});
    } else {
      status.locks.push_back(report->second.lock());
    }
  }
}

}  // namespace

const char* name_of(Traffic traffic) {
  switch (traffic) {
    case Traffic::serving:
      return "serving";
    case Traffic::maintenance:
      return "maintenance";
    case Traffic::paused:
      return "paused";
    case Traffic::draining:
      return "draining";
    case Traffic::not_serving:
      return "not_serving";
    case Traffic::unknown:
      break;
  }
  return "unknown";
}

std::string ProxyStatus::version() const {
  return container ? container->image.substr(container->image.rfind(':') + 1) : "";
}

FleetStatus ask_for_status(Context& context, WithUsage usage, const MoreQueries& more) {
  FleetStatus status{.hosts = context.selection().hosts()};
  std::vector<Host> asked = status.hosts;
  for (const Host& host : possible_lock_hosts(context)) add_once(asked, host);
  Reports reports;
  std::mutex mutex;
  try {
    context.servers.on(asked, [&](sshkit::Remote& remote) {
      const sshkit::Steps steps = more.steps ? more.steps(remote.host()) : sshkit::Steps();
      std::vector<sshkit::StepResult> replies;
      HostReport report = ask_host(context, remote, usage, steps, replies);
      const std::lock_guard lock(mutex);
      if (more.read) more.read(remote.host(), replies);
      reports.emplace(remote.host(), std::move(report));
    });
  } catch (const sshkit::ExecuteError& error) {
    for (const sshkit::HostFailure& failure : error.failures())
      status.problems.push_back({failure.host, reason_of_host(failure), StatusProblem::Scope::connection});
  }
  for (const auto& [host, report] : reports)
    status.problems.insert(status.problems.end(), report.problems().begin(), report.problems().end());
  std::ranges::stable_sort(status.problems, {}, &StatusProblem::host);
  status.asked_at = context.effects.clock.now();
  add_roles(status, context, reports);
  add_accessories(status, context, reports);
  add_proxies(status, context, reports);
  add_locks(status, context, reports);
  return status;
}

}  // namespace kamal::cli
