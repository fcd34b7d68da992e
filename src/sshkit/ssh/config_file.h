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

#include "sshkit/ssh/config_match.h"

namespace kamal::sshkit {

// What OpenSSH's configuration files say about one host, as written: nothing is expanded yet.
struct HostConfig {
  std::optional<std::string> host_name, user, host_key_alias, identity_agent;
  std::optional<std::string> proxy_jump,
      proxy_command;  // the first of them in the files counts; "none" is kept
  std::optional<int> port;
  std::string user_place, port_place;  // FILE:LINE of user and port
  std::optional<bool> identities_only, canonicalize_host_name;
  std::optional<std::string> strict_host_key_checking;
  std::optional<std::chrono::seconds> connect_timeout;
  std::vector<std::string> identity_files;  // each once
  // Methods of authentication.
  std::optional<std::string> preferred_authentications, pubkey_authentication;
  std::optional<bool> password_authentication, kbd_interactive_authentication, batch_mode;
  std::optional<int> password_prompts;
  std::vector<std::string> user_known_hosts_files, global_known_hosts_files;
};

// Whom to look up, as on ssh's command line.
struct ConfigQuery {
  std::string host;
  std::optional<std::string> user;  // given with the host; it goes before User
  std::string local_user;
};

// Reads configuration files of OpenSSH's client (ssh_config(5)). Blocks with `Match exec` are left out, with
// a warning.
class ConfigFiles {
 public:
  using Warn = std::function<void(const std::string&)>;

  ConfigFiles(std::vector<std::filesystem::path> files, std::string home, Warn warn)
      : files_(std::move(files)), home_(std::move(home)), warn_(std::move(warn)) {}

  // Throws ConnectionError for what ssh would not accept either, with file and line.
  HostConfig of(const ConfigQuery& query);

 private:
  using Lines = std::vector<ConfigLine>;
  // One of the files, or one that it includes.
  struct Source {
    const std::filesystem::path& file;
    std::filesystem::path folder;  // of the outermost file: relative names of Include begin there
    int depth = 0;
  };
  // One time through the files.
  struct Reading {
    const ConfigQuery& query;
    ConfigPass pass = ConfigPass::first;
    std::string host;  // what Host compares with
    bool asks_for_final_pass = false;
    HostConfig config{};
  };

  void read_files(Reading& reading);
  const Lines& lines_of(const std::filesystem::path& file);
  void apply_file(const Source& source, bool applies, Reading& reading);
  void include(const ConfigPlace& place, const Source& source, bool applies, Reading& reading);
  bool match_applies(const ConfigPlace& place, Reading& reading);
  static void apply(const ConfigPlace& place, HostConfig& config);

  std::vector<std::filesystem::path> files_;
  std::string home_;
  Warn warn_;
  std::map<std::filesystem::path, Lines> read_;
  std::set<std::string> warned_;  // criteria of Match
};

// HostName with its tokens, or the host itself.
std::string expand_host_name(const HostConfig& config, const std::string& host);

}  // namespace kamal::sshkit
