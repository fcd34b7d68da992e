#include "cli/app/stale.h"

#include <fmt/format.h>

#include "cli/app/fleet.h"
#include "cli/lock/deploy_lock.h"
#include "cli/selection.h"
#include "kamal/support/strings.h"

namespace kamal::cli {
namespace {

using sshkit::Step;

enum class Stale { report, stop };

// What runs of a role on a host.
struct Running {
  const config::Role* role = nullptr;
  std::vector<Version> versions{};
  Version current{};
};

std::vector<Version> versions_in(const std::string& list) {
  std::vector<Version> versions;
  for (const std::string& version : lines_of(list)) {
    if (!version.empty()) versions.emplace_back(version);
  }
  return versions;
}

std::vector<Running> running_on(Context& context, sshkit::Remote& remote) {
  const Version latest(context.config.latest_tag());
  std::vector<Running> all;
  sshkit::Steps queries;
  for (const config::Role* role : context.selection().roles_on(remote.host())) {
    const commands::App app(context.config, latest, *role, remote.host());
    queries.push_back(Step::run(app.list_versions()).ignore_failure());
    queries.push_back(Step::run(app.current_running_version()).ignore_failure());
    all.push_back({.role = role});
  }
  const std::vector<sshkit::StepResult> replies = remote.run(queries);
  for (size_t i = 0; i < all.size(); ++i) {
    all[i].versions = versions_in(replies[2 * i].out);
    all[i].current = Version(replies[2 * i + 1].text());
  }
  return all;
}

// The newest container may be one that never came to serve.
void prefer_targets(Context& context, sshkit::Remote& remote, std::vector<Running>& all) {
  for (Running& running : all) {
    if (running.versions.size() < 2 || !running.role->running_proxy()) continue;
    if (const auto target = inspect_roles(context, remote, *running.role).target) running.current = *target;
  }
}

void report(Context& context, const Host& host, const config::Role& role, const Version& version,
            Stale found) {
  const std::string which =
      fmt::format("stale container for role {} with version {}", role.name.str(), version.str());
  context.console.puts_by_host(
      host, found == Stale::stop
                ? fmt::format("Stopping {}", which)
                : fmt::format("Detected {} (use `kamal app stale_containers --stop` to stop)", which));
}

void find_stale_containers(Context& context, Stale found) {
  context.servers.on(context.selection().app_hosts(), [&](sshkit::Remote& remote) {
    std::vector<Running> all = running_on(context, remote);
    prefer_targets(context, remote, all);
    sshkit::Steps stops;
    for (const Running& running : all) {
      for (const Version& version : running.versions) {
        if (version == running.current) continue;
        report(context, remote.host(), *running.role, version, found);
        if (found == Stale::report) continue;
        const commands::App app(context.config, version, *running.role, remote.host());
        stops.push_back(Step::run(app.stop(version)).ignore_failure());
      }
    }
    remote.run(stops);
  });
}

void app_stale_containers(Context& context) {
  if (!context.options.flag("stop")) return find_stale_containers(context, Stale::report);
  with_lock(context, [&] { find_stale_containers(context, Stale::stop); });
}

}  // namespace

void stop_stale_containers(Context& context) { find_stale_containers(context, Stale::stop); }

std::vector<CommandSpec> app_stale_commands() {
  return {{.name = "stale_containers",
           .summary = "List containers still running old versions",
           .options = {{.name = "stop", .short_name = 's', .help = "Stop them"}},
           .examples = {"kamal app stale-containers --stop"},
           .run = app_stale_containers}};
}

}  // namespace kamal::cli
