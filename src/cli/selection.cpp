#include "cli/selection.h"

#include <fmt/format.h>

#include <algorithm>

#include "cli/arguments/options.h"
#include "cli/context.h"
#include "kamal/support/strings.h"
#include "kamal/support/suggestions.h"

namespace kamal::cli {
namespace {

std::string suggestion_for_any(const std::vector<std::string>& patterns,
                               const std::vector<std::string>& names) {
  for (const std::string& pattern : patterns) {
    if (const std::string near = suggestion(pattern, names); !near.empty()) return near;
  }
  return fmt::format(" (available: {})", names.empty() ? "none" : join(names, ", "));
}

// The matching items, in the order of the patterns. Adds a warning for patterns without a match.
template <class Item>
std::vector<Item> matching(const std::vector<std::string>& patterns, const std::vector<Item>& items,
                           const char* option, std::vector<std::string>& warnings) {
  std::vector<Item> matches;
  std::vector<std::string> unmatched;
  for (const std::string& pattern : patterns) {
    bool any = false;
    for (const Item& item : items) {
      if (!glob_match(pattern, item.str())) continue;
      any = true;
      add_once(matches, item);
    }
    if (!any) unmatched.push_back(pattern);
  }
  if (unmatched.empty() && !matches.empty()) return matches;
  const std::string text = fmt::format("No --{} match for {}{}", option, join(unmatched, ","),
                                       suggestion_for_any(unmatched, mapped(items, &Item::str)));
  if (matches.empty()) throw UsageError(text);
  warnings.push_back(text);
  return matches;
}

std::vector<Host> hosts_of(const config::Configuration& config, const std::vector<RoleName>& names) {
  std::vector<Host> hosts;
  for (const RoleName& name : names) {
    for (const auto& [host, tags] : config.role(name)->hosts) {
      if (!contains(hosts, host)) hosts.push_back(host);
    }
  }
  return hosts;
}

}  // namespace

RoleOrder role_order(const config::Configuration& config) {
  return config.boot.parallel_roles ? RoleOrder::side_by_side : RoleOrder::in_turn;
}

Selection::Selection(const config::Configuration& config, const Filters& filters) : config_(config) {
  if (filters.hosts) specific_hosts_ = matching(*filters.hosts, config.all_hosts(), "hosts", warnings_);
  if (filters.roles)
    specific_roles_ = matching(*filters.roles, mapped(config.roles, &config::Role::name), "roles", warnings_);
  if (filters.primary) {
    const config::Role* const role =
        specific_roles_ ? config.role(specific_roles_->front()) : config.primary_role();
    if (!role || role->hosts.empty()) throw UsageError("No primary host");
    specific_hosts_ = std::vector<Host>{role->hosts.front().host};
  }
  select();
  if (filters.hosts && filters.roles && hosts_.empty()) {
    throw UsageError(fmt::format("No --hosts match for {} with --roles {} (available: {})",
                                 join(*filters.hosts, ","), join(*filters.roles, ","),
                                 joined(hosts_of(config, *specific_roles_), ", ")));
  }
}

Selection Selection::only(const std::vector<Host>& hosts) const {
  Selection narrowed(config_);
  narrowed.specific_roles_ = specific_roles_;
  narrowed.specific_hosts_ = hosts;
  narrowed.select();
  return narrowed;
}

void Selection::select() {
  const std::vector<Host> wanted = specific_hosts_ ? *specific_hosts_ : config_.all_hosts();
  std::vector<const config::Role*> candidates;
  if (specific_roles_) {
    for (const RoleName& name : *specific_roles_) candidates.push_back(config_.role(name));
  } else {
    for (const config::Role& role : config_.roles) candidates.push_back(&role);
  }
  const auto runs_on_one = [&](const config::Role* role) {
    return std::any_of(wanted.begin(), wanted.end(), [&](const Host& host) { return role->runs_on(host); });
  };
  std::copy_if(candidates.begin(), candidates.end(), std::back_inserter(roles_), runs_on_one);
  for (const Host& host : wanted) {
    const auto here = [&](const config::Role* role) { return role->runs_on(host); };
    if (!specific_roles_ || std::any_of(candidates.begin(), candidates.end(), here)) hosts_.push_back(host);
  }

  const auto primary_or_first = [&](const std::vector<const config::Role*>& roles) -> const config::Role* {
    for (const config::Role* role : roles) {
      if (role->primary) return role;
    }
    return roles.empty() ? nullptr : roles.front();
  };
  if (specific_hosts_) {
    if (!specific_hosts_->empty()) primary_host_ = specific_hosts_->front();
  } else if (const config::Role* const role = specific_roles_ ? primary_or_first(candidates) : nullptr;
             role && !role->hosts.empty()) {
    primary_host_ = role->hosts.front().host;
  } else {
    primary_host_ = config_.primary_host();
  }
  if (primary_host_) primary_role_ = primary_or_first(roles_on(*primary_host_));
  std::stable_partition(roles_.begin(), roles_.end(),
                        [&](const config::Role* role) { return role == primary_role_; });
  hosts_ = primary_role_first(std::move(hosts_));
}

std::vector<const config::Role*> Selection::roles_on(const Host& host) const {
  std::vector<const config::Role*> here;
  for (const config::Role* role : roles_) {
    if (role->runs_on(host)) here.push_back(role);
  }
  return here;
}

std::vector<HostRoles> Selection::roles_on(const std::vector<Host>& hosts, RoleOrder order) const {
  std::vector<HostRoles> all;
  for (const Host& host : hosts) {
    const std::vector<const config::Role*> roles = roles_on(host);
    if (order == RoleOrder::in_turn) {
      all.push_back({host, roles});
    } else {
      for (const config::Role* role : roles) all.push_back({host, {role}});
    }
  }
  return all;
}

std::vector<Host> Selection::intersection(const std::vector<Host>& hosts) const {
  std::vector<Host> both;
  for (const Host& host : hosts) {
    if (contains(hosts_, host) && !contains(both, host)) both.push_back(host);
  }
  return both;
}

std::vector<Host> Selection::primary_role_first(std::vector<Host> hosts) const {
  std::stable_partition(hosts.begin(), hosts.end(), [&](const Host& host) {
    return contains(roles_on(host), primary_role_) && primary_role_ != nullptr;
  });
  return hosts;
}

std::vector<Host> Selection::app_hosts() const {
  return primary_role_first(intersection(config_.app_hosts()));
}
std::vector<Host> Selection::proxy_hosts() const { return intersection(config_.proxy_hosts()); }

std::vector<Host> Selection::accessory_hosts() const {
  std::vector<Host> hosts;
  for (const config::Accessory& accessory : config_.accessories) {
    hosts.insert(hosts.end(), accessory.hosts.begin(), accessory.hosts.end());
  }
  return intersection(hosts);
}

std::string short_list(const std::vector<Host>& hosts, size_t max_named) {
  if (hosts.size() <= max_named) return joined(hosts, ", ");
  return fmt::format("{} and {} more", hosts.front().str(), hosts.size() - 1);
}

std::vector<std::vector<Host>> in_groups(const std::vector<Host>& hosts, std::optional<int> limit) {
  if (!limit) return {hosts};
  std::vector<std::vector<Host>> groups;
  for (const Host& host : hosts) {
    if (groups.empty() || groups.back().size() == static_cast<size_t>(*limit)) groups.emplace_back();
    groups.back().push_back(host);
  }
  return groups;
}

std::vector<std::vector<Host>> host_groups(const Context& context, const std::vector<Host>& hosts) {
  return in_groups(hosts, context.options.flag("rolling") ? std::optional(1) : std::nullopt);
}

OptionSpec rolling_option() { return {.name = "rolling", .help = "One host at a time"}; }

}  // namespace kamal::cli
