#include "cli/status/status_rows.h"

#include <fmt/format.h>

#include <algorithm>
#include <iterator>
#include <map>
#include <tuple>

#include "kamal/support/strings.h"
#include "kamal/support/system.h"

namespace kamal::cli {
namespace {

constexpr size_t max_hosts_apart = 5;  // with the same status, each in its own row

std::string state_text(const AppContainer& container) {
  if (!container.runs()) return describe(container);
  if (container.status == "restarting")
    return fmt::format("restarting after exit status {}", container.exit_code);
  return container.health.empty() ? container.status : container.status + ", " + container.health;
}

bool is_well(const AppContainer& container) {
  const bool healthy = container.health.empty() || container.health == "healthy";
  return container.status == "running" && healthy && container.restarts == 0;
}

std::string unknown_text(const FleetStatus& status, const Host& host) {
  using Scope = StatusProblem::Scope;
  const auto problem = std::ranges::find_if(status.problems, [&](const StatusProblem& one) {
    return one.host == host && one.scope != Scope::detail;
  });
  if (problem == status.problems.end()) return "unknown";
  return fmt::format("{}: {}", problem->scope == Scope::connection ? "unreachable" : "unknown",
                     problem->reason);
}

StatusRow row_of(const FleetStatus& status, const Host& host, bool known) {
  return {.hosts = {host}, .state = known ? "no container" : unknown_text(status, host), .odd = true};
}

void describe_in(StatusRow& row, const AppContainer& container) {
  row.state = state_text(container);
  row.restarts = container.restarts;
  row.odd = !is_well(container);
  const auto since = parse_iso8601_utc(container.runs() ? container.started_at : container.finished_at);
  if (since && since->time_since_epoch().count() > 0) row.since = {*since};
}

StatusRow row_of(const FleetStatus& status, const PlaceStatus& place) {
  StatusRow row = row_of(status, place.host, place.known);
  row.name = place.name;
  if (!place.container) return row;
  describe_in(row, *place.container);
  const std::string& version = place.container->version.str();
  row.version = version.empty() ? place.container->image : version;
  row.traffic = place.traffic;
  if (place.traffic && place.traffic != Traffic::serving) row.odd = true;
  if (place.image_created) row.image_created = {*place.image_created};
  if (place.usage) row.usage = {*place.usage};
  return row;
}

bool is_retired(const StatusRow& row) {
  return row.traffic == Traffic::draining || row.traffic == Traffic::not_serving;
}

// The version that most hosts of a role have. Of versions on equally many, the one that started last.
std::string usual_version(const std::vector<StatusRow>& rows, const std::string& name) {
  std::map<std::string, std::pair<size_t, StatusRow::Time>> votes;
  for (const StatusRow& row : rows) {
    if (row.name != name || row.version.empty() || is_retired(row)) continue;
    auto& [count, last] = votes[row.version];
    ++count;
    for (const StatusRow::Time since : row.since) last = std::max(last, since);
  }
  const auto most = std::ranges::max_element(votes, {}, [](const auto& vote) { return vote.second; });
  return most == votes.end() ? "" : most->first;
}

void mark_odd_versions(std::vector<StatusRow>& rows) {
  std::map<std::string, std::string> usual;
  for (const StatusRow& row : rows) {
    if (!usual.contains(row.name)) usual.emplace(row.name, usual_version(rows, row.name));
  }
  for (StatusRow& row : rows) row.odd |= !row.version.empty() && row.version != usual.at(row.name);
}

template <class Item>
void append(std::vector<Item>& items, const std::vector<Item>& more) {
  items.insert(items.end(), more.begin(), more.end());
}

std::vector<std::vector<StatusRow>> groups_of(const std::vector<StatusRow>& rows) {
  std::vector<std::vector<StatusRow>> groups;
  for (const StatusRow& row : rows) {
    const auto same =
        std::ranges::find_if(groups, [&](const auto& group) { return group.front().has_same_status(row); });
    if (same == groups.end()) {
      groups.push_back({row});
    } else {
      same->push_back(row);
    }
  }
  return groups;
}

StatusRow merged(const std::vector<StatusRow>& group) {
  StatusRow all = group.front();
  for (size_t i = 1; i < group.size(); ++i) {
    append(all.hosts, group[i].hosts);
    append(all.since, group[i].since);
    append(all.image_created, group[i].image_created);
    append(all.usage, group[i].usage);
  }
  return all;
}

std::vector<StatusRow> arranged(std::vector<StatusRow> rows) {
  mark_odd_versions(rows);
  std::vector<std::string> names;
  for (const StatusRow& row : rows) add_once(names, row.name);
  std::vector<std::vector<StatusRow>> groups = groups_of(rows);
  std::ranges::stable_sort(groups, {}, [&](const std::vector<StatusRow>& group) {
    const StatusRow& row = group.front();
    const auto place = std::ranges::find(names, row.name) - names.begin();
    return std::tuple(!row.odd, !row.version.empty(), place, group.size());
  });
  std::vector<StatusRow> result;
  for (const std::vector<StatusRow>& group : groups) {
    if (group.size() > max_hosts_apart) {
      result.push_back(merged(group));
    } else {
      append(result, group);
    }
  }
  return result;
}

std::vector<StatusRow> rows_of_places(const FleetStatus& status, const std::vector<PlaceStatus>& places) {
  std::vector<StatusRow> rows;
  for (const PlaceStatus& place : places) rows.push_back(row_of(status, place));
  return arranged(std::move(rows));
}

}  // namespace

bool StatusRow::has_same_status(const StatusRow& other) const {
  return std::tie(name, version, traffic, state, restarts, odd) ==
         std::tie(other.name, other.version, other.traffic, other.state, other.restarts, other.odd);
}

std::vector<StatusRow> rows_of_roles(const FleetStatus& status) {
  return rows_of_places(status, status.roles);
}

std::vector<StatusRow> rows_of_accessories(const FleetStatus& status) {
  return rows_of_places(status, status.accessories);
}

std::vector<StatusRow> rows_of_proxies(const FleetStatus& status) {
  std::vector<StatusRow> rows;
  for (const ProxyStatus& proxy : status.proxies) {
    StatusRow row = row_of(status, proxy.host, proxy.known);
    if (proxy.container) {
      describe_in(row, *proxy.container);
      row.version = proxy.version();
    }
    rows.push_back(std::move(row));
  }
  return arranged(std::move(rows));
}

}  // namespace kamal::cli
