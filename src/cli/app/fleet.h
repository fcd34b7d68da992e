#pragma once

#include <map>
#include <optional>
#include <span>
#include <string>
#include <string_view>
#include <utility>
#include <vector>

#include "cli/context.h"

namespace kamal::cli {

// A role on a host.
using Place = std::pair<Host, RoleName>;

// A container of the app, as docker describes it.
struct AppContainer {
  Version version{};
  std::string id{};
  std::string status{};  // running, restarting, exited, created ...
  std::string health{};  // of its health check; "" without one
  int restarts = 0;
  int exit_code = 0;
  std::string started_at{}, finished_at{};  // in UTC, as RFC 3339 has it

  bool runs() const { return status == "running" || status == "restarting"; }
  bool finished_after(const AppContainer& other) const;
};

// A container that was renamed to make room for a new one of its version.
bool is_replaced(const Version& version);

// For people: running, exited with status 1, restarting (5 times, last with status 137).
std::string describe(const AppContainer& container);

// A log's lines as the end of an error, under a heading.
std::string last_lines_text(std::string_view log);

// What a host has of a role.
struct RoleState {
  std::vector<AppContainer> containers{};  // the newest first
  std::optional<Version> target{};         // of kamal-proxy, if it has one
  bool target_known = true;                // false if kamal-proxy did not answer

  const AppContainer* find(const std::optional<Version>& version) const;  // null for no version
  std::vector<Version> running() const;
};

using States = std::map<Place, RoleState>;

// Queries about the roles of a host, which only -v shows, and what their replies say, role by role.
void add_queries(sshkit::Steps& steps, const Context& context, const Host& host,
                 const std::vector<const config::Role*>& roles);
std::vector<RoleState> parse_replies(const Context& context, const std::vector<const config::Role*>& roles,
                                     std::span<const sshkit::StepResult> replies);
// Both, in one round trip.
std::vector<RoleState> inspect_roles(Context& context, sshkit::Remote& remote,
                                     const std::vector<const config::Role*>& roles);
RoleState inspect_roles(Context& context, sshkit::Remote& remote, const config::Role& role);

// The containers in what App::list_states() prints; those of other names are left out.
std::vector<AppContainer> parse_states(std::string_view listing, std::string_view name_prefix);
// The id of the container that a service points at, in what Proxy::list() prints; "" if there is none.
std::string parse_target(std::string_view listing, std::string_view service);

// What the app's hosts say of their roles. Hosts that don't answer have a reason instead.
struct Fleet {
  States states;
  std::map<Host, std::string> unknown;
};
// Never throws for a host's sake: what takes longer than `limit` is unknown.
Fleet inspect_fleet(Context& context, std::chrono::milliseconds limit);

// Where a rollback without a version goes, and from where.
struct RollbackTarget {
  std::vector<Version> running;  // what runs now, each once
  Version version;
};

// Looks at the app's containers and at the audit log of the primary host. Throws Error (no_action) if no
// version that ran before has a container everywhere.
RollbackTarget find_rollback_target(Context& context);

// The versions that the audit log says were deployed without a failure, the oldest first.
std::vector<Version> deployed_versions(std::string_view audit_log);

// What ran before: where some places run something else than the last version that was deployed without a
// failure, that one; otherwise the one before it. Without an audit log, what was stopped last.
std::optional<Version> version_before(const States& states, const std::vector<Version>& deployed);

// Whether docker was asked to stop nothing, since nothing ran, or what had just gone.
bool had_nothing_to_stop(const sshkit::StepResult& stop);

}  // namespace kamal::cli
