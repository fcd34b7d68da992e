#pragma once

#include <functional>
#include <optional>
#include <string>
#include <string_view>
#include <type_traits>
#include <vector>

#include "cli/command_table.h"
#include "kamal/config/configuration.h"
#include "kamal/support/names.h"
#include "kamal/support/strings.h"

namespace kamal::cli {

class Context;

// The values of --hosts, --roles and --primary.
struct Filters {
  std::optional<std::vector<std::string>> hosts;  // patterns
  std::optional<std::vector<std::string>> roles;
  bool primary = false;
};

// Whether the roles of a host run one after the other.
enum class RoleOrder { in_turn, side_by_side };
RoleOrder role_order(const config::Configuration& config);  // of boots: boot/parallel_roles
struct HostRoles {
  Host host;
  std::vector<const config::Role*> roles;  // one after the other
};

// The selected servers and roles of a run. Keeps a reference to the configuration.
class Selection {
 public:
  // Throws UsageError, with the choices, for a filter that matches nothing.
  Selection(const config::Configuration& config, const Filters& filters);

  // The roles of --roles, or else all with a selected host; the primary role first.
  const std::vector<const config::Role*>& roles() const { return roles_; }
  const std::vector<Host>& hosts() const { return hosts_; }  // hosts of the primary role first
  const std::optional<Host>& primary_host() const { return primary_host_; }
  const config::Role* primary_role() const { return primary_role_; }
  std::vector<Host> app_hosts() const;
  std::vector<Host> proxy_hosts() const;
  std::vector<Host> accessory_hosts() const;
  std::vector<const config::Role*> roles_on(const Host& host) const;
  std::vector<HostRoles> roles_on(const std::vector<Host>& hosts, RoleOrder order) const;
  // Names of --roles, for hooks; nothing if not set.
  const std::optional<std::vector<RoleName>>& specific_roles() const { return specific_roles_; }
  // About patterns that match nothing while others do.
  const std::vector<std::string>& warnings() const { return warnings_; }
  // The same roles, on these hosts only (possibly none).
  Selection only(const std::vector<Host>& hosts) const;

 private:
  explicit Selection(const config::Configuration& config) : config_(config) {}
  void select();
  std::vector<Host> intersection(const std::vector<Host>& hosts) const;
  std::vector<Host> primary_role_first(std::vector<Host> hosts) const;

  const config::Configuration& config_;
  std::optional<std::vector<Host>> specific_hosts_;
  std::optional<std::vector<RoleName>> specific_roles_;
  std::vector<const config::Role*> roles_;
  std::vector<Host> hosts_;
  std::optional<Host> primary_host_;
  const config::Role* primary_role_ = nullptr;
  std::vector<std::string> warnings_;
};

// The results of a function or member for each item.
template <class Items, class Function>
auto mapped(const Items& items, const Function& function) {
  std::vector<std::decay_t<std::invoke_result_t<Function, const typename Items::value_type&>>> results;
  for (const auto& item : items) results.push_back(std::invoke(function, item));
  return results;
}

// Hosts or roles in one text.
template <class Tag>
std::string joined(const std::vector<StrongString<Tag>>& names, std::string_view separator) {
  return join(mapped(names, [](const auto& name) { return name.str(); }), separator);
}

// Up to `max_named` hosts by name; of more, the first one and how many more there are.
std::string short_list(const std::vector<Host>& hosts, size_t max_named);

// Groups of at most this many hosts, or a single one.
std::vector<std::vector<Host>> in_groups(const std::vector<Host>& hosts, std::optional<int> limit);
// All hosts as one group or, with --rolling, each as a group of its own.
std::vector<std::vector<Host>> host_groups(const Context& context, const std::vector<Host>& hosts);
OptionSpec rolling_option();

}  // namespace kamal::cli
