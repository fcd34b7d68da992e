#pragma once

#include <sys/types.h>

#include <filesystem>
#include <optional>
#include <string>
#include <vector>

namespace kamal::test {

// A folder that goes away at the end.
class TemporaryFolder {
 public:
  TemporaryFolder();
  ~TemporaryFolder();
  TemporaryFolder(const TemporaryFolder&) = delete;
  TemporaryFolder& operator=(const TemporaryFolder&) = delete;
  const std::filesystem::path& path() const { return path_; }

 private:
  std::filesystem::path path_;
};

// Runs a program to its end; its standard output, without the line end. Throws where it fails.
std::string run_program(const std::vector<std::string>& argv);
// Makes a key pair at `path` and `path`.pub.
void make_key(const std::filesystem::path& path, const std::string& type = "ed25519",
              const std::string& passphrase = "");

// OpenSSH's server on a loopback port. Whoever logs in with `key()` lands in `home()`, as this process's
// user.
class Sshd {
 public:
  struct Options {
    std::vector<std::string> config{};  // lines for sshd_config, before the usual ones
    std::string shell = "sh";           // the login shell: it runs the command of a session
    std::vector<std::string> host_keys{"ed25519"};
    std::string session_prologue{};  // lines of the script that starts a session
    // Of this process's user, as far as this sshd knows ("" needs none); only root can give one.
    std::optional<std::string> password{};
  };
  Sshd() : Sshd(Options{}) {}
  explicit Sshd(Options options);
  ~Sshd();  // ends it and all its sessions
  Sshd(const Sshd&) = delete;
  Sshd& operator=(const Sshd&) = delete;

  int port() const { return port_; }
  std::filesystem::path folder() const { return folder_.path(); }
  std::filesystem::path home() const { return folder() / "home"; }
  std::filesystem::path key() const { return folder() / "client"; }
  std::filesystem::path authorized_keys() const { return folder() / "authorized_keys"; }
  std::filesystem::path host_key(const std::string& type = "ed25519") const {
    return folder() / ("host_" + type);
  }
  std::string log() const;
  int count_in_log(const std::string& text) const;
  void authorize(const std::filesystem::path& public_key) const;

  void stop();  // no new connections; those there are go on
  void start();
  void restart() {
    stop();
    start();
  }
  std::vector<pid_t> sessions() const;  // processes that serve connections
  void kill_sessions() const;           // connections end at once
  void freeze_sessions() const;         // connections say nothing any more
  void freeze() const;                  // nor do new ones, which the kernel still accepts
  void thaw() const;

 private:
  void write_config() const;
  bool starts();
  void write_shadow() const;
  std::vector<std::string> command() const;

  TemporaryFolder folder_;
  Options options_;
  int port_ = 0;
  pid_t pid_ = -1;
};

}  // namespace kamal::test
