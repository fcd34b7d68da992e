#include "cli/app/fleet.h"

#include <fmt/format.h>

#include <algorithm>

#include "cli/failures.h"
#include "cli/selection.h"
#include "kamal/commands/proxy.h"
#include "kamal/support/interruption.h"
#include "kamal/support/strings.h"

namespace kamal::cli {
namespace {

using sshkit::Step;

// The columns of a row of `kamal-proxy list`.
constexpr size_t service_column = 0, target_column = 3;

std::vector<std::string> columns_of(const std::string& row) {
  std::vector<std::string> columns = split(sshkit::without_color(row), ' ');
  std::erase(columns, "");
  return columns;
}

bool proxied(const std::vector<const config::Role*>& roles) {
  return std::any_of(roles.begin(), roles.end(),
                     [](const config::Role* role) { return role->running_proxy(); });
}

std::optional<Version> version_of(const std::vector<AppContainer>& containers, const std::string& short_id) {
  if (short_id.empty()) return std::nullopt;
  for (const AppContainer& container : containers) {
    if (container.id.starts_with(short_id)) return container.version;
  }
  return std::nullopt;
}

// A container went between its listing and its inspection; the others are described.
bool has_vanished(const sshkit::StepResult& reply) {
  return says_one_of(reply, {"o such object", "o such container"});
}

bool has_no_proxy(const sshkit::StepResult& reply) {
  return says_one_of(reply, {"o such container", "is not running"});
}

}  // namespace

bool is_replaced(const Version& version) { return version.str().find("_replaced_") != std::string::npos; }

// Without the zone, which comes after fractions of a second, the order of the texts is that of the times.
bool AppContainer::finished_after(const AppContainer& other) const {
  const auto time = [](const std::string& text) { return std::string_view(text).substr(0, text.find('Z')); };
  return time(finished_at) > time(other.finished_at);
}

std::string last_lines_text(std::string_view log) {
  return "Its last lines:\n  " + join(lines_of(log), "\n  ");
}

std::string describe(const AppContainer& container) {
  if (container.status == "exited" || container.status == "dead")
    return fmt::format("{} with status {}", container.status, container.exit_code);
  std::string text = container.status;
  if (!container.health.empty()) text += ", " + container.health;
  if (container.restarts > 0)
    text += fmt::format(", restarted {} time{}", container.restarts, container.restarts == 1 ? "" : "s");
  if (container.status == "restarting") text += fmt::format(" after exit status {}", container.exit_code);
  return text;
}

const AppContainer* RoleState::find(const Version& version) const {
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
    if (fields.size() != 8) continue;
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
                          .finished_at = fields[7]});
  }
  return containers;
}

std::string parse_target(std::string_view listing, std::string_view service) {
  for (const std::string& row : lines_of(listing)) {
    const std::vector<std::string> columns = columns_of(row);
    if (columns.size() <= target_column || columns[service_column] != service) continue;
    return columns[target_column].substr(0, columns[target_column].find(':'));
  }
  return "";
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
      state.target = version_of(state.containers, parse_target(list.out, service));
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
  std::mutex mutex;
  const std::vector<Host> hosts = context.selection().app_hosts();
  const std::string out_of_time =
      fmt::format("no answer within {} s", std::chrono::round<std::chrono::seconds>(limit).count());
  for (const Host& host : hosts) fleet.unknown.emplace(host, out_of_time);
  const CleanUp clean_up(context.effects.interruption, limit);
  try {
    context.servers.on(hosts, [&](sshkit::Remote& remote) {
      const std::vector<const config::Role*> roles = context.selection().roles_on(remote.host());
      std::vector<RoleState> states = inspect_roles(context, remote, roles);
      const std::lock_guard lock(mutex);
      fleet.unknown.erase(remote.host());
      for (size_t i = 0; i < roles.size(); ++i)
        fleet.states[{remote.host(), roles[i]->name}] = std::move(states[i]);
    });
  } catch (const sshkit::ExecuteError& error) {
    for (const sshkit::HostFailure& failure : error.failures())
      fleet.unknown[failure.host] = reason_of(failure.cause);
  } catch (const std::exception&) {  // the time is up, or pre-connect failed: what is known is known
  }
  return fleet;
}

}  // namespace kamal::cli
