#include "cli/app/fleet.h"

#include <fmt/format.h>

#include <algorithm>
#include <functional>
#include <mutex>
#include <set>

#include "cli/failures.h"
#include "cli/selection.h"
#include "kamal/commands/app.h"
#include "kamal/commands/proxy.h"
#include "kamal/commands/server.h"
#include "kamal/support/interruption.h"
#include "kamal/support/strings.h"

namespace kamal::cli {
namespace {

using sshkit::Step;

constexpr const char* replaced_infix = "_replaced_";

bool proxied(const std::vector<const config::Role*>& roles) {
  return std::any_of(roles.begin(), roles.end(),
                     [](const config::Role* role) { return role->running_proxy(); });
}

// Queries the app's hosts about their roles and, in the same round trip, the primary one with extra steps.
// `keep` gets the replies of one host at a time; those of the primary host end with the results of the extra
// steps.
void ask_hosts(Context& context, const sshkit::Steps& of_primary,
               const std::function<void(const Host&, States, const std::vector<sshkit::StepResult>&)>& keep) {
  std::mutex mutex;
  context.servers.on(context.selection().app_hosts(), [&](sshkit::Remote& remote) {
    const std::vector<const config::Role*> roles = context.selection().roles_on(remote.host());
    sshkit::Steps queries;
    add_queries(queries, context, remote.host(), roles);
    const size_t count = queries.size();
    if (remote.host() == context.selection().primary_host())
      queries.insert(queries.end(), of_primary.begin(), of_primary.end());
    const std::vector<sshkit::StepResult> replies = remote.run(queries);
    std::vector<RoleState> of_roles = parse_replies(context, roles, std::span(replies).first(count));
    States states;
    for (size_t i = 0; i < roles.size(); ++i)
      states[{remote.host(), roles[i]->name}] = std::move(of_roles[i]);
    const std::lock_guard lock(mutex);
    keep(remote.host(), std::move(states), replies);
  });
}

// Parts of a line of the audit log, as Kamal writes it, too.
constexpr std::string_view tagging = " Tagging ", as_latest = " as the latest image";

bool is_everywhere(const States& states, const Version& version) {
  return std::all_of(states.begin(), states.end(), [&](const auto& entry) {
    const AppContainer* const container = entry.second.find(version);
    return container && container->status != "created";
  });
}

// The version that serves requests or, without a proxy, runs.
std::set<Version> versions_in_use(const States& states) {
  std::set<Version> versions;
  for (const auto& [place, state] : states) {
    if (state.target) {
      versions.insert(*state.target);
    } else {
      for (const Version& version : state.running()) versions.insert(version);
    }
  }
  return versions;
}

std::optional<Version> stopped_last(const States& states, const std::set<Version>& in_use) {
  const AppContainer* last = nullptr;
  for (const auto& [place, state] : states) {
    for (const AppContainer& container : state.containers) {
      if (container.runs() || is_replaced(container.version) || in_use.contains(container.version) ||
          !is_everywhere(states, container.version))
        continue;
      if (!last || container.finished_after(*last)) last = &container;
    }
  }
  return last ? std::optional(last->version) : std::nullopt;
}

}  // namespace

bool is_replaced(const Version& version) { return version.str().find(replaced_infix) != std::string::npos; }

Version without_replaced(const Version& version) {
  return Version(version.str().substr(0, version.str().rfind(replaced_infix)));
}

// Without the zone, which follows fractions of a second, texts sort like times.
bool AppContainer::finished_after(const AppContainer& other) const {
  const auto time = [](const std::string& text) { return std::string_view(text).substr(0, text.find('Z')); };
  return time(finished_at) > time(other.finished_at);
}

std::string short_version(const Version& version) {
  constexpr size_t revision = 40, shown = 7;
  const std::string& text = version.str();
  const size_t digits = std::min(text.find_first_not_of("0123456789abcdef"), text.size());
  return digits == revision ? text.substr(0, shown) + text.substr(revision) : text;
}

bool has_vanished(const sshkit::StepResult& reply) {
  return says_one_of(reply, {"o such object", "o such container"});
}

bool has_no_proxy(const sshkit::StepResult& reply) {
  return says_one_of(reply, {"o such container", "is not running"});
}

std::string last_lines_text(std::string_view log) {
  return "Last log lines:\n  " + join(lines_of(log), "\n  ");
}

std::string describe(const AppContainer& container) {
  if (container.status == "exited" || container.status == "dead")
    return fmt::format("{} with status {}", container.status, container.exit_code);
  std::string text = container.status;
  if (!container.health.empty()) text += ", " + container.health;
  if (container.restarts > 0) text += ", restarted " + counted(container.restarts, "time");
  if (container.status == "restarting") text += fmt::format(" after exit status {}", container.exit_code);
  return text;
}

const AppContainer* RoleState::find(const std::optional<Version>& version) const {
  const auto found = std::find_if(containers.begin(), containers.end(), [&](const AppContainer& container) {
    return container.version == version;
  });
  return found == containers.end() ? nullptr : &*found;
}

std::vector<Version> RoleState::running() const {
  std::vector<Version> versions;
  for (const AppContainer& container : containers) {
    if (container.runs()) versions.push_back(container.version);
  }
  return versions;
}

std::vector<AppContainer> parse_states(std::string_view listing, std::string_view name_prefix) {
  std::vector<AppContainer> containers;
  for (const std::string& line : lines_of(listing)) {
    const std::vector<std::string> fields = split(line, '|');
    if (fields.size() != 11) continue;
    std::string_view name = fields[0];
    if (name.starts_with('/')) name.remove_prefix(1);
    if (!name.starts_with(name_prefix)) continue;
    containers.push_back({.version = Version(std::string(name.substr(name_prefix.size()))),
                          .id = fields[1],
                          .status = fields[2],
                          .health = fields[3],
                          .restarts = parse_integer<int>(fields[4]).value_or(0),
                          .exit_code = parse_integer<int>(fields[5]).value_or(0),
                          .started_at = fields[6],
                          .finished_at = fields[7],
                          .role = fields[8],
                          .image_id = fields[9],
                          .image = fields[10]});
  }
  return containers;
}

const AppContainer* find_target(const std::vector<AppContainer>& containers,
                                const std::vector<ProxyService>& services, std::string_view service) {
  const ProxyService* const found = find_service(services, service);
  if (!found || found->target.empty()) return nullptr;
  const auto target = std::ranges::find_if(
      containers, [&](const AppContainer& container) { return container.id.starts_with(found->target); });
  return target == containers.end() ? nullptr : &*target;
}

std::vector<const AppContainer*> relevant_containers(const RoleState& state,
                                                     const std::optional<Version>& attempted) {
  std::vector<const AppContainer*> containers;
  for (const AppContainer& container : state.containers) {
    if (container.runs() || container.version == attempted) containers.push_back(&container);
  }
  std::ranges::stable_sort(containers, {}, [&](const AppContainer* container) {
    return container->version == state.target ? 0 : container->runs() ? 1 : 2;
  });
  return containers;
}

void add_queries(sshkit::Steps& steps, const Context& context, const Host& host,
                 const std::vector<const config::Role*>& roles) {
  for (const config::Role* role : roles) {
    const commands::App app(context.config, Version(), *role, host);
    steps.push_back(Step::run(app.list_states()).ignore_failure().debug());
  }
  if (!proxied(roles)) return;
  steps.push_back(Step::run(commands::Proxy(context.config, host).list()).ignore_failure().debug());
}

std::vector<RoleState> parse_replies(const Context& context, const std::vector<const config::Role*>& roles,
                                     std::span<const sshkit::StepResult> replies) {
  std::vector<RoleState> states;
  for (size_t i = 0; i < roles.size(); ++i) {
    if (!replies[i].ok() && !has_vanished(replies[i])) {
      throw sshkit::CommandFailed(
          commands::App(context.config, Version(), *roles[i], Host()).list_states().display(), replies[i],
          context.output);
    }
    const std::string service = context.config.container_prefix(*roles[i]);
    RoleState state{parse_states(replies[i].out, service + "-"), std::nullopt};
    if (roles[i]->running_proxy()) {
      const sshkit::StepResult& list = replies.back();
      state.target_known = list.ok() || has_no_proxy(list);
      const AppContainer* const target =
          find_target(state.containers, parse_proxy_services(list.out), service);
      if (target) state.target = target->version;
    }
    states.push_back(std::move(state));
  }
  return states;
}

std::vector<RoleState> inspect_roles(Context& context, sshkit::Remote& remote,
                                     const std::vector<const config::Role*>& roles) {
  sshkit::Steps queries;
  add_queries(queries, context, remote.host(), roles);
  return parse_replies(context, roles, remote.run(queries));
}

RoleState inspect_roles(Context& context, sshkit::Remote& remote, const config::Role& role) {
  return inspect_roles(context, remote, std::vector{&role}).front();
}

Fleet inspect_fleet(Context& context, std::chrono::milliseconds limit) {
  Fleet fleet;
  const std::string out_of_time =
      fmt::format("no response within {}s", std::chrono::round<std::chrono::seconds>(limit).count());
  for (const Host& host : context.selection().app_hosts()) fleet.unknown.emplace(host, out_of_time);
  const bool was_interrupted = context.interrupted();
  const CleanUp clean_up(context.effects.interruption, limit);
  try {
    ask_hosts(context, {}, [&](const Host& host, States states, const auto&) {
      fleet.unknown.erase(host);
      fleet.states.merge(states);
    });
  } catch (const sshkit::ExecuteError& error) {
    for (const sshkit::HostFailure& failure : error.failures())
      fleet.unknown[failure.host] = reason_of(failure.cause);
  } catch (const std::exception&) {  // timed out, or pre-connect failed: keeps what is known
    if (was_interrupted || !context.interrupted()) return fleet;
    for (auto& [host, reason] : fleet.unknown) reason = "a signal came before its answer";
  }
  return fleet;
}

std::vector<Version> deployed_versions(std::string_view audit_log) {
  std::vector<Version> versions;
  for (const std::string& line : lines_of(audit_log)) {
    const size_t start = line.find(tagging), end = line.rfind(as_latest);
    if (start == std::string::npos || end == std::string::npos || end < start) continue;
    const std::string image = line.substr(start + tagging.size(), end - start - tagging.size());
    const size_t colon = image.rfind(':');
    if (colon != std::string::npos) versions.emplace_back(image.substr(colon + 1));
  }
  return versions;
}

std::optional<Version> version_before(const States& states, const std::vector<Version>& deployed) {
  const std::set<Version> in_use = versions_in_use(states);
  if (!deployed.empty()) {
    const Version& last = deployed.back();
    const bool mixed = in_use != std::set{last};
    if (mixed && is_everywhere(states, last)) return last;
    for (auto version = deployed.rbegin(); version != deployed.rend(); ++version) {
      if (!in_use.contains(*version) && is_everywhere(states, *version)) return *version;
    }
  }
  return stopped_last(states, in_use);
}

RollbackTarget find_rollback_target(Context& context) {
  States all;
  std::string audit_log;
  const Command deployments = commands::Auditor(context.config).deployments();
  ask_hosts(context, {Step::run(deployments).ignore_failure().debug()},
            [&](const Host& host, States states, const std::vector<sshkit::StepResult>& replies) {
              all.merge(states);
              if (host == context.selection().primary_host()) audit_log = replies.back().out;
            });
  const std::optional<Version> version = version_before(all, deployed_versions(audit_log));
  if (!version) {
    throw Error(ErrorKind::no_action,
                "No version to roll back to: no earlier version has a container on every host (see `kamal "
                "app containers`)");
  }
  const std::set<Version> running = versions_in_use(all);
  return {{running.begin(), running.end()}, *version};
}

bool had_nothing_to_stop(const sshkit::StepResult& stop) {
  return says_one_of(stop, {"at least", "o such container"});
}

}  // namespace kamal::cli
