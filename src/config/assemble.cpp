#include <algorithm>
#include <functional>

#include "config/access.h"
#include "config/sections.h"

namespace kamal::config {
namespace {

void drop_replaced(Value& base, const Value& over, std::string_view one, std::string_view many) {
  if (!base.is_map() || (!over.has(one) && !over.has(many))) return;
  std::erase_if(base.map(), [&](const auto& entry) { return entry.first == one || entry.first == many; });
}

// Calls `merge` for each key that both maps have.
void each_common(Value& base, const Value& over,
                 const std::function<void(const std::string&, Value&, const Value&)>& merge) {
  if (!base.is_map()) return;
  for (auto& [name, value] : base.map()) {
    if (const Value* other = over.find(name)) merge(name, value, *other);
  }
}

void proxy_of(Value& base, const Value& over) {
  each_common(base, over, [](const std::string& name, Value& part, const Value& other) {
    if (name == "proxy") drop_replaced_hosts(part, other);
  });
}

void accessory(Value& base, const Value& over) {
  drop_replaced(base, over, "host", "hosts");
  drop_replaced(base, over, "role", "roles");
  drop_replaced(base, over, "tag", "tags");
  proxy_of(base, over);
}

}  // namespace

void drop_replaced_hosts(Value& base, const Value& over) { drop_replaced(base, over, "host", "hosts"); }

Value merge_destination(Value base, const Value& over) {
  proxy_of(base, over);
  each_common(base, over, [](const std::string& section, Value& parts, const Value& others) {
    if (section != "servers" && section != "accessories") return;
    each_common(parts, others, [&](const std::string&, Value& part, const Value& other) {
      section == "servers" ? proxy_of(part, other) : accessory(part, other);
    });
  });
  return deep_merge(base, over);
}

namespace {

HookOutput hook_output_from(const Value& value) {
  const std::string text = plain_name(value.text());
  return text == "quiet" ? HookOutput::quiet : text == "verbose" ? HookOutput::verbose : HookOutput::unset;
}

void read_hooks_output(Configuration& configuration, const Value* value) {
  if (!value) return;
  if (!value->is_map()) {
    configuration.hooks_output = hook_output_from(*value);
    return;
  }
  for (const auto& [hook, level] : value->map()) {
    configuration.hooks_output_by_hook[plain_name(hook)] = hook_output_from(level);
  }
}

void read_env(Configuration& configuration, const Value* section) {
  configuration.env = env_from(section);
  for (const auto& [name, tag] : map_of(find_in(section, "tags")))
    configuration.env_tags[name] = env_from(&tag);
}

void read_settings(Configuration& configuration, const Value& raw) {
  const auto text = [&](std::string_view key, std::string otherwise) {
    return setting_at(&raw, key).value_or(std::move(otherwise));
  };
  configuration.primary_role_name = RoleName(text("primary_role", configuration.primary_role_name.str()));
  configuration.error_pages_path = setting_at(&raw, "error_pages_path");
  configuration.hooks_path = text("hooks_path", configuration.hooks_path);
  configuration.secrets_path = text("secrets_path", configuration.secrets_path);
  if (const auto retained = integer_of(raw.find("retain_containers"))) {
    configuration.retain_containers = static_cast<int>(std::clamp<int64_t>(*retained, -1, 1'000'000));
  }
  const auto seconds = [&](std::string_view key, std::chrono::seconds otherwise) {
    return seconds_at(&raw, key).value_or(otherwise);
  };
  configuration.readiness_delay = seconds("readiness_delay", configuration.readiness_delay);
  configuration.deploy_timeout = seconds("deploy_timeout", configuration.deploy_timeout);
  configuration.drain_timeout = seconds("drain_timeout", configuration.drain_timeout);
  configuration.stop_timeout = seconds_at(&raw, "stop_timeout");
  configuration.asset_path = asset_path_from(raw.find("asset_path"));
  configuration.volumes = texts_of(raw.find("volumes"));
  configuration.labels = labels_from(raw.find("labels"));
  read_hooks_output(configuration, raw.find("hooks_output"));
}

void read_roles_and_accessories(Configuration& configuration, const Value& raw) {
  for (const std::string& name : role_names(raw))
    configuration.roles.push_back(role_from(raw, name, configuration));
  for (const auto& [name, section] : map_of(raw.find("accessories")))
    configuration.accessories.push_back(accessory_from(name, section, raw, configuration));
}

}  // namespace

Boot boot_from(const Value* section, size_t host_count) {
  Boot boot;
  const Value* limit = find_in(section, "limit");
  if (const auto number = integer_of(limit)) {
    boot.limit = static_cast<int>(std::clamp<int64_t>(*number, 0, 1'000'000));
  } else if (const auto text = text_of(limit); text && text->ends_with('%')) {
    const int percent = std::clamp(std::atoi(text->c_str()), 0, 1'000'000);
    boot.limit = std::max(static_cast<int>(host_count * static_cast<size_t>(percent) / 100), 1);
  }
  boot.wait = seconds_at(section, "wait");
  boot.parallel_roles = boolean_at(section, "parallel_roles").value_or(false);
  return boot;
}

namespace {

// A jump host without a user is reached as root.
std::optional<std::string> jump_from(const Value* section) {
  const auto proxy = setting_at(section, "proxy");
  if (!proxy || proxy->empty()) return std::nullopt;
  return proxy->find('@') == std::string::npos ? "root@" + *proxy : *proxy;
}

void read_config_files(SshOptions& ssh, const Value* config) {
  if (!config) return;
  if (config->is_boolean()) {
    ssh.use_config = config->boolean();
  } else if (config->is_list()) {
    ssh.config_files = texts_of(config);
  } else if (const auto file = text_of(config)) {
    ssh.config_files = {*file};
  }
}

int small(const Value* value, int otherwise) {
  const auto number = integer_of(value);
  return number ? static_cast<int>(std::clamp<int64_t>(*number, 0, 1'000'000)) : otherwise;
}

}  // namespace

SshOptions ssh_from(const Value* section) {
  SshOptions ssh;
  if (const auto user = text_at(section, "user")) {
    ssh.user = *user;
    ssh.user_is_set = true;
  }
  if (const auto port = integer_of(find_in(section, "port"))) {
    ssh.port = static_cast<int>(std::clamp<int64_t>(*port, 0, 65535));
    ssh.port_is_set = true;
  }
  ssh.proxy = jump_from(section);
  if (!ssh.proxy) ssh.proxy_command = setting_at(section, "proxy_command");
  ssh.keys = texts_of(find_in(section, "keys"));
  ssh.key_data = texts_of(find_in(section, "key_data"));
  ssh.keys_only = boolean_at(section, "keys_only").value_or(false);
  ssh.forward_agent = boolean_at(section, "forward_agent");
  ssh.log_level = text_at(section, "log_level").value_or(ssh.log_level);
  read_config_files(ssh, find_in(section, "config"));
  return ssh;
}

SshkitOptions sshkit_from(const Value* section) {
  SshkitOptions sshkit;
  sshkit.max_concurrent_starts =
      small(find_in(section, "max_concurrent_starts"), sshkit.max_concurrent_starts);
  sshkit.pool_idle_timeout = std::chrono::seconds(
      small(find_in(section, "pool_idle_timeout"), static_cast<int>(sshkit.pool_idle_timeout.count())));
  sshkit.dns_retries = small(find_in(section, "dns_retries"), sshkit.dns_retries);
  return sshkit;
}

OutputOptions output_from(const Value* section) {
  return {text_at(find_in(section, "otel"), "endpoint"), text_at(find_in(section, "file"), "path")};
}

Extensions extensions_from(const Value* section) {
  Extensions extensions;
  extensions.rollback_on_failure =
      boolean_at(section, "rollback_on_failure").value_or(extensions.rollback_on_failure);
  extensions.settle = seconds_at(section, "settle").value_or(extensions.settle);
  return extensions;
}

Configuration assemble(const Value& raw, const std::optional<Destination>& destination) {
  Configuration configuration;
  configuration.raw = raw;
  configuration.destination = destination;
  configuration.service = text_at(&raw, "service").value_or("");
  configuration.registry = registry_from(raw.find("registry"));
  configuration.image = text_at(&raw, "image").value_or("");
  if (!present_at(&raw, "image") && configuration.registry.local())
    configuration.image = configuration.service;
  configuration.builder = builder_from(raw.find("builder"));
  configuration.logging = logging_from(raw.find("logging"));
  configuration.ssh = ssh_from(raw.find("ssh"));
  configuration.sshkit = sshkit_from(raw.find("sshkit"));
  configuration.output = output_from(raw.find("output"));
  configuration.extensions = extensions_from(raw.find("x-kamal"));
  read_settings(configuration, raw);
  read_env(configuration, raw.find("env"));
  read_roles_and_accessories(configuration, raw);
  for (const auto& [name, command] : map_of(raw.find("aliases")))
    configuration.aliases.emplace_back(name, command.text());
  configuration.boot = boot_from(raw.find("boot"), configuration.all_hosts().size());
  return configuration;
}

}  // namespace kamal::config
