#include "config/access.h"
#include "config/rules.h"
#include "config/sections.h"
#include "kamal/support/strings.h"

namespace kamal::config {
namespace {

void check_hosts(const Value* list, const std::string& path, Report& report) {
  if (!list || !list->is_list()) return;
  for (size_t i = 0; i < list->list().size(); ++i) {
    const Value& item = list->list()[i];
    const std::string item_path = path + "/" + std::to_string(i);
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
    if (!sorted) return check_clear(*env, path);
    if (const Value* clear = env->find("clear"); clear && clear->is_map())
      check_clear(*clear, path + "/clear");
    const Value* tags = env->find("tags");
    if (!tags || !tags->is_map()) return;
    for (const auto& [name, tag] : tags->map()) check(&tag, path + "/tags/" + name);
  }

 private:
  void check_clear(const Value& clear, const std::string& path) {
    for (const auto& [name, value] : clear.map()) {
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
