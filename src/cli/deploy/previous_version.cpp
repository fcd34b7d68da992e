#include "cli/deploy/previous_version.h"

#include <fmt/format.h>

#include <algorithm>
#include <set>

#include "cli/errors.h"
#include "cli/selection.h"
#include "kamal/commands/server.h"
#include "kamal/support/strings.h"

namespace kamal::cli {
namespace {

// A line of the audit log, which Kamal writes alike.
constexpr std::string_view tagging = " Tagging ", as_latest = " as the latest image";

using States = std::map<Place, RoleState>;

bool is_everywhere(const States& states, const Version& version) {
  return std::all_of(states.begin(), states.end(), [&](const auto& entry) {
    const AppContainer* const container = entry.second.find(version);
    return container && container->status != "created";
  });
}

// What serves requests or, without a proxy, runs.
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
  States states;
  std::string audit_log;
  std::mutex mutex;
  context.servers.on(context.selection().app_hosts(), [&](sshkit::Remote& remote) {
    const std::vector<const config::Role*> roles = context.selection().roles_on(remote.host());
    const bool primary = remote.host() == context.selection().primary_host();
    sshkit::Steps queries;
    add_queries(queries, context, remote.host(), roles);
    const size_t count = queries.size();
    if (primary) {
      queries.push_back(
          sshkit::Step::run(commands::Auditor(context.config).deployments()).ignore_failure().debug());
    }
    const std::vector<sshkit::StepResult> replies = remote.run(queries);
    const std::vector<RoleState> of_roles = parse_replies(context, roles, std::span(replies).first(count));
    const std::lock_guard lock(mutex);
    for (size_t i = 0; i < roles.size(); ++i) states[{remote.host(), roles[i]->name}] = of_roles[i];
    if (primary) audit_log = replies.back().out;
  });
  const std::optional<Version> version = version_before(states, deployed_versions(audit_log));
  if (!version) {
    throw Error(ErrorKind::no_action,
                "No version to roll back to: none that ran before has a container on every host (see `kamal "
                "app containers`)");
  }
  const std::set<Version> running = versions_in_use(states);
  return {{running.begin(), running.end()}, *version};
}

}  // namespace kamal::cli
