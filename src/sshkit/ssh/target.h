#pragma once

#include <chrono>
#include <filesystem>
#include <optional>
#include <set>
#include <string>
#include <vector>

#include "kamal/sshkit/ssh_backend.h"
#include "sshkit/ssh/config_file.h"
#include "sshkit/ssh/host_text.h"

namespace kamal::sshkit {

enum class UnknownHostKeys { accept, refuse };
enum class ChangedHostKeys { accept, refuse };

// A host with everything that is to be known before connecting to it: settings of deploy.yml, then of
// configuration files, then defaults.
struct Target {
  std::string name;        // for people, as written
  std::string given_host;  // the same without user and port
  std::string address;     // name or address to connect to
  int port = 22;
  std::string user;
  std::chrono::seconds connect_timeout{30};

  std::optional<std::string> key_alias;  // HostKeyAlias
  std::string key_name;                  // in known_hosts: host or [host]:port
  std::vector<std::filesystem::path> user_known_hosts, global_known_hosts;
  UnknownHostKeys unknown_host_keys = UnknownHostKeys::accept;
  ChangedHostKeys changed_host_keys = ChangedHostKeys::refuse;

  std::vector<std::filesystem::path> given_keys;  // tried first; a missing one is worth a word
  std::vector<std::filesystem::path> other_keys;  // of configuration files, or the usual ones
  bool identities_only = false;                   // of the agent's keys only those of the files
  std::optional<std::string> agent_socket;
  std::vector<std::string> auth_methods;  // of the SSH protocol, in the order in which they are tried
  int password_prompts = 3;
  bool own_password = false;  // a jump host: no password of the servers is for it

  std::optional<std::string> proxy_command;  // for sh, expanded
  std::vector<HostText> jumps;               // in the order of the way

  std::string text() const;      // user@address:port
  std::string person() const;    // user@name, for password prompts
  std::string identity() const;  // the same for two hosts whose connection can be shared
};

class TargetResolver {
 public:
  TargetResolver(const SshSettings& settings, const EnvironmentMap& environment, ConfigFiles::Warn warn);

  // Logs in as the user and on the port of the host's text or of deploy.yml, root and 22 by default. User and
  // Port of configuration files are not followed: another user has another home and with it another lock, so
  // one team would not see the other's. There is a warning if they differ.
  Target server(const Host& host);
  // A host on the way to another one. `ssh:` of deploy.yml is about the servers: its keys are tried here as
  // well, but user, port and all other keys are what OpenSSH would take.
  Target jump(const HostText& text);

 private:
  enum class Part { server, jump };
  struct Own {
    Part part;
    HostText text;  // with user and port
    std::optional<std::string> proxy_jump, proxy_command;
  };
  // A setting of the files that is not followed.
  struct Ignored {
    std::string setting, used, key;
  };
  HostConfig look_up(ConfigFiles& files, const HostText& text) const;
  void warn_of(const std::vector<Ignored>& ignored, const std::string& host);
  Target resolve(const std::string& name, const Own& own, const HostConfig& config) const;
  void resolve_keys(Part part, const HostConfig& config, Target& target) const;
  static void resolve_methods(Part part, const HostConfig& config, Target& target);
  void resolve_known_hosts(const HostConfig& config, Target& target) const;
  void resolve_way(const Own& own, const HostConfig& config, Target& target) const;
  std::string expand(std::string_view text, const Target& target) const;
  // What %letter stands for; nothing for one that is left as it is.
  std::optional<std::string> token(char letter, const Target& target) const;
  std::filesystem::path expand_path(const std::string& text, const Target& target) const;

  const SshSettings& settings_;
  const EnvironmentMap& environment_;
  std::string home_, local_user_;
  ConfigFiles::Warn warn_;
  std::set<std::string> warned_keys_;
  ConfigFiles files_;
  // For jump hosts if ssh/config is off for servers: Kamal leaves jump hosts to ssh, which reads its own
  // files.
  std::optional<ConfigFiles> usual_files_;
};

}  // namespace kamal::sshkit
