#include "cli/app/lifecycle.h"

#include <fmt/format.h>

#include <map>
#include <mutex>

#include "cli/app/boot_journal.h"
#include "cli/app/fleet.h"
#include "cli/deploy/closing_block.h"
#include "cli/failures.h"
#include "cli/lock/deploy_lock.h"
#include "cli/proxy/boot.h"
#include "cli/selection.h"
#include "kamal/commands/app.h"
#include "kamal/support/strings.h"

namespace kamal::cli {
namespace {

using sshkit::Step;
using sshkit::Steps;

// The app is removed from the proxy before its container stops.
void stop_role(Context& context, sshkit::Remote& remote, const config::Role& role) {
  const commands::App app(context.config, Version(), role, remote.host());
  Steps steps = {context.audit("Stopped app", &role)};
  if (role.running_proxy()) {
    steps.push_back(Step::run(app.current_running_version()).ignore_failure().save_as("version"));
    steps.push_back(Step::run(app.remove_where_present(Version("${version}"))));
  }
  steps.push_back(Step::run(app.stop()).ignore_failure());
  const sshkit::StepResult stopped = remote.run(steps).back();
  if (!stopped.ok() && !had_nothing_to_stop(stopped))
    throw sshkit::CommandFailed(app.stop().display(), stopped, context.output);
}

// Runs a command of kamal-proxy for every role that it serves.
void on_proxied_roles(Context& context, const std::function<Command(const commands::App&)>& command_of) {
  for_each_role(context, context.selection().proxy_hosts(),
                [&](const commands::App& app, const config::Role& role) {
                  return role.running_proxy() ? Steps{Step::run(command_of(app))} : Steps{};
                });
}

void app_live(Context& context) {
  on_proxied_roles(context, [](const commands::App& app) { return app.live(); });
}

void app_maintenance(Context& context) {
  commands::MaintenanceOptions maintenance;
  maintenance.drain_timeout =
      context.options.text("drain_timeout").value_or(std::to_string(context.config.drain_timeout.count()));
  maintenance.message = context.options.text("message");
  on_proxied_roles(context, [&](const commands::App& app) { return app.maintenance(maintenance); });
}

// The containers of a role on a host, and the version that docker lists as running.
struct Found : RoleState {
  std::string running_version;  // "" if none runs
};

// The running version, else the one stopped last: git's HEAD may never have been deployed.
std::optional<Version> version_to_start(const Found& found, const std::optional<Version>& wanted) {
  if (wanted) return found.find(*wanted) ? wanted : std::nullopt;
  if (!found.running_version.empty()) return Version(found.running_version);
  const AppContainer* last = nullptr;
  for (const AppContainer& container : found.containers) {
    if (container.status != "exited") continue;
    if (!last || container.finished_after(*last)) last = &container;
  }
  return last ? std::optional(last->version) : std::nullopt;
}

std::map<Place, Found> inspect_all(Context& context) {
  std::map<Place, Found> all;
  std::mutex mutex;
  context.servers.on(context.selection().app_hosts(), [&](sshkit::Remote& remote) {
    const std::vector<const config::Role*> roles = context.selection().roles_on(remote.host());
    Steps queries;
    for (const config::Role* role : roles) {
      const commands::App app(context.config, Version(), *role, remote.host());
      queries.push_back(Step::run(app.list_states()));
      queries.push_back(Step::run(app.current_running_version()).ignore_failure());
    }
    const std::vector<sshkit::StepResult> replies = remote.run(queries);
    const std::lock_guard lock(mutex);
    for (size_t i = 0; i < roles.size(); ++i) {
      const std::string prefix = context.config.container_prefix(*roles[i]) + "-";
      all[{remote.host(), roles[i]->name}] = {{.containers = parse_states(replies[2 * i].out, prefix)},
                                              replies[2 * i + 1].text()};
    }
  });
  return all;
}

std::string place_without(const Place& place, const Found& found) {
  const std::vector<Version> versions = mapped(found.containers, &AppContainer::version);
  const std::string available = versions.empty() ? "none" : joined(versions, ", ");
  return fmt::format("{} ({}; available: {})", place.first.str(), place.second.str(), available);
}

[[noreturn]] void report_missing(const Context& context, const std::vector<std::string>& places,
                                 const std::optional<Version>& wanted) {
  const std::string boot =
      "kamal app boot" + (wanted ? " --version " + wanted->str() : "") + options_text(context);
  throw Error(ErrorKind::no_action,
              fmt::format("No container{} to start on {}: run `{}`",
                          wanted ? " of version " + wanted->str() : "", join(places, ", "), boot));
}

struct Start {
  Version version;
  bool runs;  // already
};

void start_role(Context& context, sshkit::Remote& remote, const config::Role& role, const Start& start,
                BootJournal& journal) {
  const Version& version = start.version;
  const commands::App app(context.config, version, role, remote.host());
  Steps steps = {context.audit("Started app version " + version.str()), Step::run(app.start())};
  if (role.running_proxy()) {
    add_registration(steps, app, version, role, remote.host());
  }
  const BootRecord record{.host = remote.host(), .role = &role, .version = version};
  if (!start.runs) journal.record(record);
  remote.run(steps);
  if (!start.runs) journal.set(record.place(), BootRecord::Progress::done);
}

std::optional<Version> wanted_version(const Context& context) {
  if (const auto given = context.explicit_version()) return given;
  const auto version = get(context.effects.environment, "VERSION");
  return version ? std::optional(Version(*version)) : std::nullopt;
}

void start_all(Context& context) {
  const std::optional<Version> wanted = wanted_version(context);
  std::map<Place, Start> starts;
  std::vector<std::string> missing;
  for (const auto& [place, found] : inspect_all(context)) {
    if (const auto version = version_to_start(found, wanted)) {
      const AppContainer* const container = found.find(version);
      starts.emplace(place, Start{*version, container && container->runs()});
    } else {
      missing.push_back(place_without(place, found));
    }
  }
  if (wanted && !missing.empty()) report_missing(context, missing, wanted);
  BootJournal journal;
  try {
    context.servers.on_roles(context.selection(), role_order(context.config),
                             [&](sshkit::Remote& remote, const config::Role& role) {
                               const auto start = starts.find({remote.host(), role.name});
                               if (start != starts.end())
                                 start_role(context, remote, role, start->second, journal);
                             });
  } catch (...) {
    if (context.interrupted()) undo_unfinished_boots(context, journal);
    throw;
  }
  if (!missing.empty()) report_missing(context, missing, wanted);
}

void app_start(Context& context) {
  with_closing_block(
      context, "start", [&] { return wanted_version(context); },
      [&] { with_lock(context, [&] { start_all(context); }); });
}

void app_stop(Context& context) {
  with_closing_block(
      context, "stop", [] { return std::nullopt; }, [&] { stop_app(context); });
}

enum class Stale { report, stop };

// The running containers of a role on a host.
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

// The newest container may never have served. A target that has stopped serves nothing either.
void prefer_targets(Context& context, sshkit::Remote& remote, std::vector<Running>& all) {
  for (Running& running : all) {
    if (running.versions.size() < 2 || !running.role->running_proxy()) continue;
    const auto target = inspect_roles(context, remote, *running.role).target;
    if (target && contains(running.versions, *target)) running.current = *target;
  }
}

void report(Context& context, const Host& host, const config::Role& role, const Version& version,
            Stale found) {
  const std::string which =
      fmt::format("stale container for role {} with version {}", role.name.str(), version.str());
  context.puts_by_host(
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

void stop_app(Context& context) {
  with_lock(context, [&] {
    context.servers.on_roles(
        context.selection(), role_order(context.config),
        [&](sshkit::Remote& remote, const config::Role& role) { stop_role(context, remote, role); });
  });
}

void stop_stale_containers(Context& context) { find_stale_containers(context, Stale::stop); }

void for_each_role(Context& context, const std::vector<Host>& hosts,
                   const std::function<Steps(const commands::App&, const config::Role&)>& steps_of,
                   const Version& version) {
  with_lock_on(context, hosts, [&](sshkit::Remote& remote) {
    std::vector<Steps> lists;
    for (const config::Role* role : context.selection().roles_on(remote.host()))
      lists.push_back(steps_of(commands::App(context.config, version, *role, remote.host()), *role));
    run_each(remote, lists);
  });
}

std::vector<CommandSpec> app_lifecycle_commands() {
  return {
      {.name = "live", .summary = "Turn maintenance mode off", .run = app_live},
      {.name = "maintenance",
       .summary = "Serve a maintenance page instead of the app",
       .options = {value_option(OptionSpec::Kind::seconds, "--drain-timeout N",
                                "Seconds to drain in-flight requests (default: drain_timeout)"),
                   value_option(OptionSpec::Kind::text, "--message TEXT", "Message for visitors")},
       .examples = {"kamal app maintenance --message \"Back at 10:00 UTC\""},
       .run = app_maintenance},
      {.name = "stale_containers",
       .summary = "List containers still running old versions",
       .options = {{.name = "stop", .short_name = 's', .help = "Stop them"}},
       .examples = {"kamal app stale-containers --stop"},
       .run = app_stale_containers},
      {.name = "start", .summary = "Start the app's containers", .run = app_start},
      {.name = "stop", .summary = "Stop the app's containers", .run = app_stop},
  };
}

}  // namespace kamal::cli
