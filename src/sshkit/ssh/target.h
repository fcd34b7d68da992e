#pragma once

#include <algorithm>
#include <chrono>
#include <filesystem>
#include <optional>
#include <set>
#include <string>
#include <string_view>
#include <vector>

#include "kamal/sshkit/ssh_backend.h"
#include "sshkit/ssh/config_file.h"

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
  // Timeout until the keys are exchanged, if shorter.
  std::optional<std::chrono::seconds> contact_timeout;
  std::chrono::seconds time_for_contact() const {
    return std::min(connect_timeout, contact_timeout.value_or(connect_timeout));
  }

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

class TargetResolver {
 public:
  TargetResolver(const SshSettings& settings, const EnvironmentMap& environment, ConfigFiles::Warn warn);

  // User and port come from the host itself or deploy.yml (default: root, 22). Those of SSH configuration
  // files are ignored with a warning: another user has another home directory, and with it another deploy
  // lock.
  Target server(const Host& host);
  // A jump host. User, port and keys are those of OpenSSH; keys of deploy.yml, which is about the servers,
  // are tried first.
  Target jump(const HostSpec& spec);

 private:
  enum class HostKind {
    server,
    jump
  };  // jump: not subject to deploy.yml's user and port, which are for servers
  // An ignored setting of SSH configuration files.
  struct Ignored {
    std::string setting, used, key;
  };
  HostConfig lookup(ConfigFiles& files, const HostSpec& spec) const;
  void warn_ignored(const std::vector<Ignored>& ignored, const std::string& host);
  Target resolve(const std::string& name, HostKind kind, const HostSpec& spec,
                 const HostConfig& config) const;
  void resolve_keys(HostKind kind, const HostConfig& config, Target& target) const;
  static void resolve_methods(HostKind kind, const HostConfig& config, Target& target);
  void resolve_known_hosts(const HostConfig& config, Target& target) const;
  void resolve_route(HostKind kind, const HostConfig& config, Target& target) const;
  std::string expand(std::string_view text, const Target& target) const;
  std::filesystem::path expand_path(const std::string& text, const Target& target) const;
  // Without "none".
  std::vector<std::filesystem::path> expand_paths(const std::vector<std::string>& texts,
                                                  const Target& target) const;

  const SshSettings& settings_;
  const EnvironmentMap& environment_;
  std::string home_, local_user_;
  ConfigFiles::Warn warn_;
  std::set<std::string> warned_keys_;
  ConfigFiles files_;
  // For jump hosts if ssh/config is false: Kamal leaves jump hosts to ssh, which reads its own files.
  std::optional<ConfigFiles> default_config_;
};

}  // namespace kamal::sshkit
