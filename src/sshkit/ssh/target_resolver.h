#pragma once

#include <filesystem>
#include <optional>
#include <set>
#include <string>
#include <string_view>
#include <vector>

#include "kamal/sshkit/ssh_backend.h"
#include "sshkit/ssh/config_file.h"
#include "sshkit/ssh/target.h"

namespace kamal::sshkit {

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
  enum class HostKind { server, jump };
  struct Request {
    HostKind kind;
    HostSpec spec;  // with user and port
    std::optional<std::string> proxy_jump, proxy_command;
  };
  // An ignored setting of SSH configuration files.
  struct Ignored {
    std::string setting, used, key;
  };
  HostConfig lookup(ConfigFiles& files, const HostSpec& spec) const;
  void warn_ignored(const std::vector<Ignored>& ignored, const std::string& host);
  Target resolve(const std::string& name, const Request& request, const HostConfig& config) const;
  void resolve_keys(HostKind kind, const HostConfig& config, Target& target) const;
  static void resolve_methods(HostKind kind, const HostConfig& config, Target& target);
  void resolve_known_hosts(const HostConfig& config, Target& target) const;
  void resolve_route(const Request& request, const HostConfig& config, Target& target) const;
  std::string expand(std::string_view text, const Target& target) const;
  // The value of a %-token; nullopt if unknown.
  std::optional<std::string> token(char letter, const Target& target) const;
  std::filesystem::path expand_path(const std::string& text, const Target& target) const;

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
