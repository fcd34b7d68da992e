#include "kamal/config/connection.h"

#include <algorithm>

#include "config/access.h"
#include "config/sections.h"

namespace kamal::config {
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

}  // namespace kamal::config
