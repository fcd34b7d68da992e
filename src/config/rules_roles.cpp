#include "config/access.h"
#include "config/parts.h"
#include "config/rules.h"
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
                   "is no text for YAML (should be a host's name or address, in quotes if need be)");
    }
  }
}

std::string other_roles(const Value& raw) {
  const auto names = role_names(raw);
  return names.empty() ? ""
                       : " (roles here: " + join(names, ", ") + "; primary_role names the one to start with)";
}

void check_primary_role(const Value& raw, const Value& servers, const Configuration& configuration,
                        Report& report) {
  const std::string& name = configuration.primary_role_name.str();
  const Role* primary = configuration.primary_role();
  if (!primary) {
    const Value* setting = raw.find("primary_role");
    report.error(setting ? "primary_role" : "servers", setting ? setting->mark() : servers.mark(),
                 "there is no role " + name + other_roles(raw));
  }
}

void check_role(const Value& raw, const Role& role, bool may_be_empty, Report& report) {
  const Value& servers = *raw.find("servers");
  const std::string& name = role.name.str();
  const Value* section = servers.find(name);
  const std::string path = servers.is_map() ? "servers/" + name : "servers";
  const Mark& mark = section ? section->mark() : servers.mark();
  if (!is_container_name(name)) {
    report.error(path, mark, "is no name for a role (should have letters, digits, -, _ and .)");
  }
  const Value* hosts = role_hosts(raw, name);
  check_hosts(hosts, section && section->is_map() ? path + "/hosts" : path, report);
  const bool none = !hosts || (hosts->is_list() && hosts->list().empty());
  if (none && (role.primary || !may_be_empty)) {
    report.error(path, mark,
                 "the role " + name + " has no hosts (add some" +
                     (role.primary ? ")" : ", or set allow_empty_roles: true if it is meant to be so)"));
  }
  if (section && section->is_map()) check_container(*section, path, report);
}

}  // namespace

void check_roles(const Value& raw, const Configuration& configuration, Report& report) {
  const Value* servers = raw.find("servers");
  if (!servers) {
    if (!present_at(&raw, "accessories")) {
      report.error("servers", raw.mark(),
                   "is missing, and there are no accessories (should list the servers to deploy to)");
    }
    return;
  }
  if (!servers->is_list() && !servers->is_map()) return;
  check_primary_role(raw, *servers, configuration, report);
  const bool may_be_empty = boolean_at(&raw, "allow_empty_roles").value_or(false);
  for (const Role& role : configuration.roles) check_role(raw, role, may_be_empty, report);
}

}  // namespace kamal::config
