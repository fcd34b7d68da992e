#pragma once

#include <chrono>
#include <filesystem>
#include <optional>
#include <string>
#include <vector>

namespace kamal::sshkit {

// [user@]host[:port] of deploy.yml, -J and ProxyJump.
struct HostSpec {
  std::optional<std::string> user;
  std::string host;
  std::optional<int> port;

  static HostSpec parse(const std::string& text);  // throws ConnectionError
};

enum class UnknownHostKeys { accept, refuse };
enum class ChangedHostKeys { accept, refuse };

// All settings for connecting to a host: from deploy.yml, then SSH configuration files, then defaults.
struct Target {
  std::string name;        // as written, for messages
  std::string given_name;  // without user and port
  std::string address;     // hostname or IP address to connect to
  int port = 22;
  std::string user;
  std::chrono::seconds connect_timeout{30};

  std::optional<std::string> key_alias;  // HostKeyAlias
  std::string key_name;                  // in known_hosts: host or [host]:port
  std::vector<std::filesystem::path> user_known_hosts, global_known_hosts;
  UnknownHostKeys unknown_host_keys = UnknownHostKeys::accept;
  ChangedHostKeys changed_host_keys = ChangedHostKeys::refuse;

  std::vector<std::filesystem::path> configured_keys;  // tried first; a missing one is reported
  std::vector<std::filesystem::path> other_keys;       // of SSH configuration files, or default ones
  bool identities_only = false;                        // of the agent's keys, use only those of files
  std::optional<std::string> agent_socket;
  std::vector<std::string> auth_methods;  // SSH method names, in order of preference
  int password_prompts = 3;
  bool separate_password = false;  // for jump hosts: never try the servers' passwords

  std::optional<std::string> proxy_command;  // expanded shell text
  std::vector<HostSpec> jumps;               // first hop first

  std::string text() const;            // user@address:port
  std::string login_name() const;      // user@name, for password prompts
  std::string connection_key() const;  // equal for targets that can share a connection
};

}  // namespace kamal::sshkit
