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

namespace kamal::sshkit {

// What OpenSSH's configuration files say about one host, as written: nothing is expanded yet.
struct HostConfig {
  std::optional<std::string> host_name, user, host_key_alias, identity_agent;
  std::optional<std::string> proxy_jump,
      proxy_command;  // the first of them in the files counts; "none" is kept
  std::optional<int> port;
  std::optional<bool> identities_only;
  std::optional<std::string> strict_host_key_checking;  // in lower case
  std::optional<std::chrono::seconds> connect_timeout;
  std::vector<std::string> identity_files;
  std::vector<std::string> user_known_hosts_files, global_known_hosts_files;
};

// Reads configuration files of OpenSSH's client (ssh_config(5)). Match blocks other than `Match all` are left
// out, with a warning.
class ConfigFiles {
 public:
  using Warn = std::function<void(const std::string&)>;

  ConfigFiles(std::vector<std::filesystem::path> files, std::string home, Warn warn)
      : files_(std::move(files)), home_(std::move(home)), warn_(std::move(warn)) {}

  // Throws ConnectionError for what ssh would not accept either, with file and line.
  HostConfig of(const std::string& host);

 private:
  struct Line {
    int number = 0;
    std::string keyword;  // in lower case
    std::vector<std::string> arguments;
    std::string rest;  // everything behind the keyword
  };
  using Lines = std::vector<Line>;
  struct Place {
    const std::filesystem::path& file;
    const Line& line;
    std::string text() const;
  };

  const Lines& lines_of(const std::filesystem::path& file);
  void apply_file(const std::filesystem::path& file, const std::string& host, bool applies, int depth,
                  HostConfig& config);
  void include(const Place& place, const std::string& host, bool applies, int depth, HostConfig& config);
  bool match_applies(const Place& place);
  static void apply(const Place& place, HostConfig& config);
  static std::optional<Line> parse_line(std::string_view text, int number, const std::filesystem::path& file);

  std::vector<std::filesystem::path> files_;
  std::string home_;
  Warn warn_;
  std::map<std::filesystem::path, Lines> read_;
  std::set<std::string> warned_;
};

}  // namespace kamal::sshkit
