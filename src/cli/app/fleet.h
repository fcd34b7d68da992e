#pragma once

#include <map>
#include <optional>
#include <span>
#include <string>
#include <string_view>
#include <utility>
#include <vector>

#include "cli/context.h"
#include "cli/proxy/services.h"

namespace kamal::cli {

// A role on a host.
using Place = std::pair<Host, RoleName>;

// An app container, as described by docker.
struct AppContainer {
  Version version{};
  std::string id{};
  std::string status{};  // running, restarting, exited, created ...
  std::string health{};  // of its health check; "" without one
  int restarts = 0;
  int exit_code = 0;
  std::string started_at{}, finished_at{};  // in UTC, RFC 3339
  std::string role{};                       // its label; "" for an accessory
  std::string image_id{}, image{};          // the image's ID, and the name the container was created with

  bool runs() const { return status == "running" || status == "restarting"; }
  bool answers() const { return status == "running"; }  // between two crashes, nothing does
  bool finished_after(const AppContainer& other) const;
};

// Whether the container was renamed to make room for a new one of its version.
bool is_replaced(const Version& version);
// The version of its image.
Version without_replaced(const Version& version);

// Abbreviates a git revision: 3f2c1a0, 3f2c1a0_uncommitted_0123456789abcdef.
std::string short_version(const Version& version);

// Human-readable: running, exited with status 1, restarting, restarted 5 times after exit status 137.
std::string describe(const AppContainer& container);

// A log's lines as the end of an error, under a heading.
std::string last_lines_text(std::string_view log);

// The containers of a role on a host.
struct RoleState {
  std::vector<AppContainer> containers{};  // newest first
  std::optional<Version> target{};         // of kamal-proxy, if it has one
  bool target_known = true;                // false if kamal-proxy did not answer

  const AppContainer* find(const std::optional<Version>& version) const;  // null for no version
  std::vector<Version> running() const;
};

// The container that gets the service's requests from kamal-proxy; null if there is none.
const AppContainer* find_target(const std::vector<AppContainer>& containers,
                                const std::vector<ProxyService>& services, std::string_view service);
// The container that serves or runs, other running ones, and the one of the version that was to boot.
std::vector<const AppContainer*> relevant_containers(const RoleState& state,
                                                     const std::optional<Version>& attempted = std::nullopt);

using States = std::map<Place, RoleState>;

// Whether docker reports that a container was removed between listing and inspection.
bool has_vanished(const sshkit::StepResult& reply);
// Whether kamal-proxy is not running, so that it can't be queried.
bool has_no_proxy(const sshkit::StepResult& reply);

// Queries about the roles of a host, shown with -v only, and the parsed replies, role by role.
void add_queries(sshkit::Steps& steps, const Context& context, const Host& host,
                 const std::vector<const config::Role*>& roles);
std::vector<RoleState> parse_replies(const Context& context, const std::vector<const config::Role*>& roles,
                                     std::span<const sshkit::StepResult> replies);
// Queries and parses in one round trip.
std::vector<RoleState> inspect_roles(Context& context, sshkit::Remote& remote,
                                     const std::vector<const config::Role*>& roles);
RoleState inspect_roles(Context& context, sshkit::Remote& remote, const config::Role& role);

// Parses the output of App::list_states(); skips containers with other names.
std::vector<AppContainer> parse_states(std::string_view listing, std::string_view name_prefix);

// The states of the roles on the app's hosts. Hosts that don't respond have a reason instead.
struct Fleet {
  States states;
  std::map<Host, std::string> unknown;
};
// Never throws because of a host: what takes longer than `limit` is unknown.
Fleet inspect_fleet(Context& context, std::chrono::milliseconds limit);

// Target and origin of a rollback without a version.
struct RollbackTarget {
  std::vector<Version> running;  // running now, each once
  Version version;
};

// Inspects the app's containers and the audit log of the primary host. Throws Error (no_action) if no earlier
// version has a container everywhere.
RollbackTarget find_rollback_target(Context& context);

// The versions that were deployed successfully according to the audit log, oldest first.
std::vector<Version> deployed_versions(std::string_view audit_log);

// The previous version: the last one deployed successfully if something else runs anywhere, otherwise the one
// before it. Without an audit log, the one stopped last.
std::optional<Version> version_before(const States& states, const std::vector<Version>& deployed);

// Whether there was nothing to stop: no container, or one that was just removed.
bool had_nothing_to_stop(const sshkit::StepResult& stop);

}  // namespace kamal::cli
