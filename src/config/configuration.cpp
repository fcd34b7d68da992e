#include "kamal/config/configuration.h"

#include <algorithm>

#include "config/access.h"
#include "kamal/support/strings.h"

namespace kamal::config {
namespace {

std::vector<std::string> tags_of(const Role& role, const Host& host) {
  for (const TaggedHost& tagged : role.hosts) {
    if (tagged.host == host) return tagged.tags;
  }
  return {};
}

}  // namespace

std::string Configuration::title() const {
  return service + (destination ? " (" + destination->str() + ")" : "");
}

std::string Configuration::service_and_destination() const {
  return destination ? service + "-" + destination->str() : service;
}

std::string Configuration::repository() const {
  return registry.server ? *registry.server + "/" + image : image;
}

std::string Configuration::absolute_image(const Version& version) const {
  return repository() + ":" + version.str();
}

std::string Configuration::latest_image() const { return repository() + ":" + latest_tag(); }

std::string Configuration::latest_tag() const {
  return destination ? "latest-" + destination->str() : "latest";
}

std::string Configuration::container_prefix(const Role& role) const {
  const std::string prefix = service + "-" + role.name.str();
  return destination ? prefix + "-" + destination->str() : prefix;
}

std::string Configuration::container_name(const Role& role, const Version& version) const {
  return container_prefix(role) + "-" + version.str();
}

std::string Configuration::apps_directory() const { return run_directory() + "/apps"; }

std::string Configuration::app_directory() const {
  return apps_directory() + "/" + service_and_destination();
}

std::string Configuration::env_directory() const { return app_directory() + "/env"; }

std::string Configuration::assets_directory() const { return app_directory() + "/assets"; }

std::string Configuration::role_env_directory() const { return env_directory() + "/roles"; }

std::string Configuration::role_env_path(const Role& role) const {
  return role_env_directory() + "/" + role.name.str() + ".env";
}

std::string Configuration::accessory_env_directory() const { return env_directory() + "/accessories"; }

std::string Configuration::accessory_env_path(const Accessory& accessory) const {
  return accessory_env_directory() + "/" + accessory.name + ".env";
}

std::string Configuration::asset_extracted_directory(const Role& role, const Version& version) const {
  return assets_directory() + "/extracted/" + role.name.str() + "-" + version.str();
}

std::string Configuration::asset_volume_directory(const Role& role, const Version& version) const {
  return assets_directory() + "/volumes/" + role.name.str() + "-" + version.str();
}

std::string Configuration::proxy_directory() const { return run_directory() + "/proxy"; }

std::string Configuration::proxy_apps_directory() const { return proxy_directory() + "/apps-config"; }

std::string Configuration::proxy_app_directory() const {
  return proxy_apps_directory() + "/" + service_and_destination();
}

std::string Configuration::proxy_app_container_directory() const {
  return "/home/kamal-proxy/.apps-config/" + service_and_destination();
}

HookOutput Configuration::hook_output(const std::string& hook) const {
  const auto found = hooks_output_by_hook.find(hook);
  return found == hooks_output_by_hook.end() ? hooks_output : found->second;
}

const Role* Configuration::role(const RoleName& name) const {
  const auto found = std::ranges::find(roles, name, &Role::name);
  return found == roles.end() ? nullptr : &*found;
}

const Role* Configuration::primary_role() const { return role(primary_role_name); }

const Accessory* Configuration::accessory(const std::string& name) const {
  const auto found = std::ranges::find(accessories, name, &Accessory::name);
  return found == accessories.end() ? nullptr : &*found;
}

std::vector<Host> Configuration::all_hosts() const {
  HostSet hosts;
  for (const Role& role : roles) hosts.add(role.host_names());
  for (const Accessory& accessory : accessories) hosts.add(accessory.hosts);
  return hosts.take();
}

std::vector<Host> Configuration::app_hosts() const {
  HostSet hosts;
  for (const Role& role : roles) hosts.add(role.host_names());
  return hosts.take();
}

std::vector<Host> Configuration::proxy_hosts() const {
  HostSet hosts;
  for (const Role& role : roles) {
    if (role.running_proxy()) hosts.add(role.host_names());
  }
  for (const Accessory& accessory : accessories) {
    if (accessory.running_proxy()) hosts.add(accessory.hosts);
  }
  return hosts.take();
}

std::optional<Host> Configuration::primary_host() const {
  const Role* role = primary_role();
  return role && !role->hosts.empty() ? std::optional(role->hosts.front().host) : std::nullopt;
}

std::vector<const Role*> Configuration::roles_on(const Host& host) const {
  std::vector<const Role*> found;
  for (const Role& role : roles) {
    if (role.runs_on(host)) found.push_back(&role);
  }
  return found;
}

const ProxyRun* Configuration::proxy_run(const Host& host) const {
  for (const Role* role : roles_on(host)) {
    if (role->proxy && role->proxy->run) return &*role->proxy->run;
  }
  for (const Accessory& accessory : accessories) {
    if (accessory.proxy && accessory.proxy->run && contains(accessory.hosts, host))
      return &*accessory.proxy->run;
  }
  return nullptr;
}

Env Configuration::env_of(const Role& role, const Host& host) const {
  Env merged = role.env;
  for (const std::string& tag : tags_of(role, host)) {
    if (const auto found = env_tags.find(tag); found != env_tags.end()) merged = merged.merge(found->second);
  }
  return merged;
}

std::string Configuration::secret_key(const Role& role, const Host& host, const std::string& entry) const {
  if (contains(env.secret, entry)) return "env/secret";
  if (!contains(role.env.secret, entry)) {
    for (const std::string& tag : tags_of(role, host)) {
      const auto found = env_tags.find(tag);
      if (found != env_tags.end() && contains(found->second.secret, entry))
        return "env/tags/" + tag + "/secret";
    }
  }
  return "servers/" + role.name.str() + "/env/secret";
}

}  // namespace kamal::config
