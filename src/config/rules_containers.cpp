#include <algorithm>
#include <array>

#include "config/access.h"
#include "config/rules.h"
#include "config/sections.h"
#include "kamal/support/strings.h"
#include "kamal/support/suggestions.h"

// Rules about roles and accessories: their names, hosts, tags, files and variables.
namespace kamal::config {
namespace {

void check_hosts(const Value* list, const std::string& path, Report& report) {
  size_t i = 0;
  for (const Value& item : list_of(list)) {
    const std::string item_path = path + "/" + std::to_string(i++);
    if (item.is_map()) {
      if (item.map().size() == 1) check_host_name(item.map().front().first, item_path, item.mark(), report);
    } else if (item.is_string()) {
      check_host_name(item.text(), item_path, item.mark(), report);
    } else if (item.is_scalar() && !item.is_null()) {
      report.error(item_path, item.mark(),
                   "must be a hostname or IP address (quote it if YAML reads it as a number)");
    }
  }
}

std::string other_roles(const Value& raw) {
  const auto names = role_names(raw);
  return names.empty() ? "" : " (available: " + join(names, ", ") + "; set primary_role to one of them)";
}

void check_primary_role(const Value& raw, const Value& servers, const Configuration& configuration,
                        Report& report) {
  const std::string& name = configuration.primary_role_name.str();
  const Role* primary = configuration.primary_role();
  if (!primary) {
    const Value* setting = raw.find("primary_role");
    report.error(setting ? "primary_role" : "servers", setting ? setting->mark() : servers.mark(),
                 "unknown role " + name + other_roles(raw));
  }
}

void check_role(const Value& raw, const Role& role, bool may_be_empty, Report& report) {
  const Value& servers = *raw.find("servers");
  const std::string& name = role.name.str();
  const Value* section = servers.find(name);
  const std::string path = servers.is_map() ? "servers/" + name : "servers";
  const Mark& mark = section ? section->mark() : servers.mark();
  if (!is_container_name(name)) {
    report.error(path, mark, "is not a valid role name (use letters, digits, -, _ and .)");
  }
  const Value* hosts = role_hosts(raw, name);
  check_hosts(hosts, section && section->is_map() ? path + "/hosts" : path, report);
  const bool none = !hosts || (hosts->is_list() && hosts->list().empty());
  if (none && (role.primary || !may_be_empty)) {
    report.error(path, mark,
                 "role " + name + " has no hosts (add hosts" +
                     (role.primary ? ")" : " or set allow_empty_roles: true)"));
  }
  if (section && section->is_map()) check_container(*section, path, report);
}

}  // namespace

void check_roles(const Value& raw, const Configuration& configuration, Report& report) {
  const Value* servers = raw.find("servers");
  if (!servers) {
    if (!present_at(&raw, "accessories")) {
      report.error("servers", raw.mark(),
                   "is required unless there are accessories (list the hosts to deploy to)");
    }
    return;
  }
  if (!servers->is_list() && !servers->is_map()) return;
  check_primary_role(raw, *servers, configuration, report);
  const bool may_be_empty = boolean_at(&raw, "allow_empty_roles").value_or(false);
  for (const Role& role : configuration.roles) check_role(raw, role, may_be_empty, report);
}

namespace {

constexpr std::array placements = {"host", "hosts", "role", "roles", "tag", "tags"};

void check_placement(const Value& section, const std::string& path, Report& report) {
  std::vector<std::string> used;
  for (const char* key : placements) {
    if (section.has(key)) used.push_back(key);
  }
  if (used.size() == 1) return;
  report.error(path, section.mark(),
               used.empty() ? "must have one of host, hosts, role, roles, tag or tags"
                            : "must have only one of " + to_sentence(used, "and"));
}

void check_roles_exist(const Value& section, const Configuration& configuration, const std::string& path,
                       Report& report) {
  const auto check = [&](const std::string& name, const std::string& key, const Mark& mark) {
    if (configuration.role(RoleName(name))) return;
    std::vector<std::string> names;
    for (const Role& role : configuration.roles) names.push_back(role.name.str());
    report.error(path + "/" + key, mark,
                 "unknown role " + name + suggestion(name, names, "available: " + join(names, ", ")),
                 did_you_mean(name, names));
  };
  if (const auto name = text_at(&section, "role")) check(*name, "role", section.find("role")->mark());
  const Value* roles = section.find("roles");
  for (const std::string& name : texts_of(roles)) check(name, "roles", roles->mark());
}

void check_accessory_hosts(const Value& section, const std::string& path, Report& report) {
  if (const Value* host = section.find("host"); host && host->is_scalar() && !host->is_null()) {
    check_host_name(host->text(), path + "/host", host->mark(), report);
  }
  const Value* hosts = section.find("hosts");
  for (const std::string& host : texts_of(hosts))
    check_host_name(host, path + "/hosts", hosts->mark(), report);
}

std::string hosts_of(const std::vector<TagMatch>& matches) {
  std::vector<std::string> hosts;
  for (const TagMatch& match : matches) hosts.push_back(match.host.str());
  return to_sentence(hosts, "and");
}

// Warns where Kamal matches tags in unexpected ways.
void check_tag(const std::string& tag, const Value& raw, const Accessory& accessory, const Mark& mark,
               const std::string& path, Report& report) {
  std::vector<TagMatch> parts;
  std::vector<TagMatch> hidden;
  for (const TagMatch& match : hosts_with_tag(raw, tag)) {
    if (match.kind == TagMatch::Kind::part) parts.push_back(match);
    if (match.kind == TagMatch::Kind::hidden && !contains(accessory.hosts, match.host))
      hidden.push_back(match);
  }
  if (!parts.empty()) {
    report.warn(path, mark,
                tag + " matches only part of the tag on " + hosts_of(parts) +
                    ", so this runs there too (write that tag as a list for exact matching)");
  }
  if (!hidden.empty()) {
    report.warn(path, mark,
                "does not run on " + hosts_of(hidden) + " despite the tag " + tag +
                    ": tags only match in roles that are a list, and role " + hidden.front().role +
                    " is a map (use roles or hosts instead)");
  }
}

void check_tags(const Value& section, const Value& raw, const Accessory& accessory, const std::string& path,
                Report& report) {
  for (const char* key : {"tag", "tags"}) {
    const Value* tags = section.find(key);
    if (!tags) continue;
    const size_t before = report.warnings.size();
    const auto one = text_of(tags);
    for (const std::string& tag : one ? std::vector{*one} : texts_of(tags)) {
      check_tag(tag, raw, accessory, tags->mark(), path + "/" + key, report);
    }
    if (accessory.hosts.empty() && report.warnings.size() == before) {
      report.warn(path + "/" + key, tags->mark(), "no host has this tag, so the accessory runs nowhere");
    }
  }
}

void check_repetition(const Value& list, PathKind kind, const std::string& path, Report& report) {
  std::vector<std::string> seen;
  for (size_t i = 0; i < list.list().size(); ++i) {
    const Value& entry = list.list()[i];
    const auto mounted = mounted_path_from(entry, kind);
    const auto identity = mounted ? path_identity(mounted->local, kind) : std::nullopt;
    if (!identity) continue;
    if (contains(seen, *identity)) {
      report.warn(path + "/" + std::to_string(i), entry.mark(),
                  "duplicate " + mounted->local + " overrides the earlier entry");
    }
    seen.push_back(*identity);
  }
}

// LOCAL:REMOTE as text, or local and remote in a map.
void check_paths(const Value* list, PathKind kind, const std::string& path, Report& report) {
  if (!list || !list->is_list()) return;
  check_repetition(*list, kind, path, report);
  for (size_t i = 0; i < list->list().size(); ++i) {
    const Value& entry = list->list()[i];
    const std::string text = entry.text();
    const size_t colon = text.find(':');
    const bool complete =
        colon != std::string::npos && colon > 0 && colon + 1 < text.size() && text[colon + 1] != ':';
    if (entry.is_string() && !complete) {
      report.error(path + "/" + std::to_string(i), entry.mark(), "must be LOCAL:REMOTE[:OPTIONS]");
    }
  }
}

void check_accessory(const Value& section, const Accessory& accessory, const Configuration& configuration,
                     Report& report) {
  const std::string path = "accessories/" + accessory.name;
  if (!is_container_name(accessory.service_name)) {
    report.error(path, section.mark(), "is not a valid container name (use letters, digits, -, _ and .)");
  }
  check_placement(section, path, report);
  check_roles_exist(section, configuration, path, report);
  check_accessory_hosts(section, path, report);
  check_tags(section, configuration.raw, accessory, path, report);
  check_container(section, path, report);
  check_paths(section.find("files"), PathKind::file, path + "/files", report);
  check_paths(section.find("directories"), PathKind::directory, path + "/directories", report);
  if (present_at(&section, "registry")) check_registry(section.find("registry"), path + "/registry", report);
  if (const Value* proxy = section.find("proxy"); proxy && proxy->is_true()) {
    report.error(path + "/proxy", proxy->mark(),
                 "must be a map, not true: accessories do not inherit the root proxy");
  }
}

}  // namespace

void check_accessories(const Value& raw, const Configuration& configuration, Report& report) {
  for (const auto& [name, section] : map_of(raw.find("accessories"))) {
    const Accessory* accessory = configuration.accessory(name);
    if (accessory && section.is_map()) check_accessory(section, *accessory, configuration, report);
  }
}

namespace {

std::string secrets_file(const Configuration& configuration) {
  return configuration.secrets_path +
         (configuration.destination ? "." + configuration.destination->str() : "");
}

class EmptyValues {
 public:
  EmptyValues(std::string secrets_file, Report& report)
      : secrets_file_(std::move(secrets_file)), report_(report) {}

  void check(const Value* env, const std::string& path) {
    if (!env || !env->is_map()) return;
    const bool sorted = env->has("clear") || env->has("secret") || env->has("tags");
    if (!sorted) return check_clear(env, path);
    check_clear(env->find("clear"), path + "/clear");
    for (const auto& [name, tag] : map_of(env->find("tags"))) check(&tag, path + "/tags/" + name);
  }

 private:
  void check_clear(const Value* clear, const std::string& path) {
    for (const auto& [name, value] : map_of(clear)) {
      if (!value.is_string() || !value.is_blank()) continue;
      report_.warn(path + "/" + name, value.mark(),
                   "is empty, so the variable is not set in the container (for an empty value, move it to "
                   "secret and add " +
                       plain_name(name) + "= in " + secrets_file_ + ")");
    }
  }

  std::string secrets_file_;
  Report& report_;
};

}  // namespace

void check_empty_env(const Value& raw, const Configuration& configuration, Report& report) {
  EmptyValues values(secrets_file(configuration), report);
  values.check(raw.find("env"), "env");
  for (const Role& role : configuration.roles) {
    const std::string& name = role.name.str();
    values.check(find_in(role_section(raw, name), "env"), "servers/" + name + "/env");
  }
  for (const Accessory& accessory : configuration.accessories) {
    const Value* section = find_in(raw.find("accessories"), accessory.name);
    values.check(find_in(section, "env"), "accessories/" + accessory.name + "/env");
  }
}

}  // namespace kamal::config
