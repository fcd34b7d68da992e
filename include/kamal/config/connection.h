#pragma once

#include <chrono>
#include <optional>
#include <string>
#include <variant>
#include <vector>

namespace kamal::config {

// `ssh:` how to reach the servers.
struct SshOptions {
  std::string user = "root";
  bool user_is_set = false;  // in deploy.yml
  int port = 22;
  bool port_is_set = false;
  std::optional<std::string> proxy;          // [user@]host[:port], jumps separated by commas; root by default
  std::optional<std::string> proxy_command;  // with %h and %p
  std::vector<std::string> keys;             // files
  std::vector<std::string> key_data;         // names of secrets, or private keys themselves (deprecated)
  bool keys_only = false;
  std::optional<bool> forward_agent;
  std::string log_level = "fatal";
  // true: the default files; false: none; or the files named.
  bool use_config = true;
  std::vector<std::string> config_files;
};

// `sshkit:` how connections are made.
struct SshkitOptions {
  int max_concurrent_starts = 30;
  std::chrono::seconds pool_idle_timeout{900};
  int dns_retries = 3;
};

}  // namespace kamal::config
