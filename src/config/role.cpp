#include "kamal/config/role.h"

#include <algorithm>
#include <unordered_map>

#include "config/access.h"
#include "config/sections.h"
#include "kamal/support/strings.h"

namespace kamal::config {
namespace {

Labels role_labels(const Value& raw, const Value* section, const Configuration& configuration,
                   const std::string& role) {
  Labels labels = {{"service", configuration.service}, {"role", role}, {"destination", std::nullopt}};
  if (configuration.destination) labels.back().value = configuration.destination->str();
  labels = merge_labels(std::move(labels), labels_from(raw.find("labels")));
  return merge_labels(std::move(labels), labels_from(find_in(section, "labels")));
}

Value merged_section(const Value* base, const Value* over) {
  if (!base) return over ? *over : Value();
  return over ? deep_merge(*base, *over) : *base;
}

}  // namespace

const Value* role_section(const Value& raw, const std::string& role) {
  const Value* section = find_in(raw.find("servers"), role);
  return section && section->is_map() ? section : nullptr;
}

const Value* role_hosts(const Value& raw, const std::string& role) {
  const Value* servers = raw.find("servers");
  if (servers && servers->is_list()) return role == "web" ? servers : nullptr;
  const Value* section = find_in(servers, role);
  return section && section->is_list() ? section : find_in(section, "hosts");
}

std::vector<std::string> role_names(const Value& raw) {
  const Value* servers = raw.find("servers");
  if (servers && servers->is_list()) return {"web"};
  std::vector<std::string> names;
  for (const auto& [name, role] : map_of(servers)) names.push_back(name);
  std::sort(names.begin(), names.end());
  return names;
}

namespace {

std::vector<std::string> tags_from(const Value& tags) {
  if (tags.is_list()) return texts_of(&tags);
  const auto tag = text_of(&tags);
  return tag ? std::vector{*tag} : std::vector<std::string>{};
}

}  // namespace

// A repeated host keeps its first position and its last tags.
std::vector<TaggedHost> tagged_hosts_from(const Value* list) {
  std::vector<TaggedHost> hosts;
  std::unordered_map<std::string, size_t> index;
  const auto add = [&](const std::string& name, std::vector<std::string> tags) {
    const auto [known, added] = index.emplace(name, hosts.size());
    if (added) {
      hosts.push_back({Host(name), std::move(tags)});
    } else {
      hosts[known->second].tags = std::move(tags);
    }
  };
  for (const Value& item : list_of(list)) {
    if (item.is_map() && !item.map().empty()) {
      const auto& [name, tags] = item.map().front();
      add(name, tags_from(tags));
    } else if (const auto name = text_of(&item)) {
      add(*name, {});
    }
  }
  return hosts;
}

std::optional<AssetPath> asset_path_from(const Value* value) {
  const auto text = text_of(value);
  if (!text || value->is_false()) return std::nullopt;
  const size_t colon = text->find(':');
  AssetPath path{text->substr(0, colon), std::nullopt};
  if (colon != std::string::npos) path.options = text->substr(colon + 1);
  return strip(path.path).empty() ? std::nullopt : std::optional(path);
}

std::optional<Value> role_proxy(const Value& raw, const std::string& role, const std::string& primary_role) {
  const Value* own = find_in(role_section(raw, role), "proxy");
  const bool wanted =
      role == primary_role ? !(own && own->is_false()) : own && !own->is_null() && !own->is_false();
  if (!wanted) return std::nullopt;
  const Value* root = raw.find("proxy");
  Value base = root && root->is_map() ? *root : Value(Value::Type::map, {});
  if (!own || !own->is_map()) return base;
  drop_replaced_hosts(base, *own);
  return deep_merge(base, *own);
}

Role role_from(const Value& raw, const std::string& name, const Configuration& configuration) {
  const Value* section = role_section(raw, name);
  Role role;
  role.name = RoleName(name);
  role.primary = role.name == configuration.primary_role_name;
  role.hosts = tagged_hosts_from(role_hosts(raw, name));
  role.cmd = text_at(section, "cmd");
  ContainerOptions options = container_options_from(find_in(section, "options"));
  role.options = std::move(options.options);
  role.restart_policy = std::move(options.restart_policy);
  role.labels = role_labels(raw, section, configuration, name);
  role.env = configuration.env.merge(env_from(find_in(section, "env")));
  const Value logging = merged_section(raw.find("logging"), find_in(section, "logging"));
  role.logging = logging_from(&logging);
  if (const auto proxy = role_proxy(raw, name, configuration.primary_role_name.str()))
    role.proxy = proxy_from(*proxy);
  role.stop_timeout = seconds_at(section, "stop_timeout");
  if (!role.stop_timeout) role.stop_timeout = configuration.stop_timeout;
  role.asset_path = setting_at(section, "asset_path") ? asset_path_from(section->find("asset_path"))
                                                      : configuration.asset_path;
  return role;
}

bool Role::runs_on(const Host& host) const {
  return std::any_of(hosts.begin(), hosts.end(),
                     [&](const TaggedHost& tagged) { return tagged.host == host; });
}

std::vector<Host> Role::host_names() const {
  std::vector<Host> names;
  for (const TaggedHost& tagged : hosts) names.push_back(tagged.host);
  return names;
}

}  // namespace kamal::config
