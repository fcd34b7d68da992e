#pragma once

#include <chrono>
#include <filesystem>
#include <functional>
#include <map>
#include <optional>
#include <set>
#include <string>
#include <string_view>
#include <vector>

#include "sshkit/ssh/config_line.h"

namespace kamal::sshkit {

// The settings of OpenSSH's configuration files for one host, not expanded.
struct HostConfig {
  std::optional<std::string> host_name, user, host_key_alias, identity_agent;
  std::optional<std::string> proxy_jump, proxy_command;  // the first one wins; "none" is kept
  std::optional<int> port;
  std::optional<bool> identities_only, canonicalize_host_name;
  std::optional<std::string> strict_host_key_checking;
  std::optional<std::chrono::seconds> connect_timeout;
  std::vector<std::string> identity_files;  // each once
  std::optional<std::string> preferred_authentications, pubkey_authentication;
  std::optional<bool> password_authentication, kbd_interactive_authentication, batch_mode;
  std::optional<int> password_prompts;
  std::vector<std::string> user_known_hosts_files, global_known_hosts_files;
  std::map<std::string, std::string> locations;  // FILE:LINE by keyword, of its first line
};

// The destination, as on ssh's command line.
struct ConfigQuery {
  std::string host;
  std::optional<std::string> user;  // overrides User
  std::string local_user;
};

// Reads client configuration files of OpenSSH (ssh_config(5)). Ignores blocks with `Match exec`, with a
// warning.
class ConfigFiles {
 public:
  using Warn = std::function<void(const std::string&)>;

  ConfigFiles(std::vector<std::filesystem::path> files, std::string home, Warn warn)
      : files_(std::move(files)), home_(std::move(home)), warn_(std::move(warn)) {}

  // Throws ConnectionError with file and line for what ssh rejects, too.
  HostConfig lookup(const ConfigQuery& query);

 private:
  using Lines = std::vector<ConfigLine>;
  // A file, or one that it includes.
  struct Source {
    const std::filesystem::path& file;
    std::filesystem::path directory;  // of the outermost file; base of relative Include paths
    int depth = 0;
  };
  // One pass over the files.
  struct Scan {
    const ConfigQuery& query;
    ConfigPass pass = ConfigPass::first;
    std::string host;  // matched by Host
    bool needs_final_pass = false;
    HostConfig config{};
  };

  void read_files(Scan& scan);
  const Lines& lines_of(const std::filesystem::path& file);
  void apply_file(const Source& source, bool applies, Scan& scan);
  void include(const ConfigLine& line, const Source& source, bool applies, Scan& scan);
  bool match_applies(const ConfigLine& line, Scan& scan);
  static void apply(const ConfigLine& line, HostConfig& config);

  std::vector<std::filesystem::path> files_;
  std::string home_;
  Warn warn_;
  std::map<std::filesystem::path, Lines> read_;
  std::set<std::string> warned_;  // Match criteria
};

// HostName with expanded tokens, or the host itself.
std::string expand_host_name(const HostConfig& config, const std::string& host);

}  // namespace kamal::sshkit
