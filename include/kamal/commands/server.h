#pragma once

#include <optional>
#include <string>
#include <string_view>
#include <vector>

#include "kamal/config/configuration.h"
#include "kamal/support/command.h"
#include "kamal/support/names.h"

namespace kamal::commands {

// A host's directories, and the user's own commands on it.
class Server {
 public:
  explicit Server(const config::Configuration& config) : config_(config) {}

  Command ensure_run_directory() const;
  Command remove_app_directory() const;
  Command app_directories() const;  // of all apps of the host: their service and destination
  Command app_directory_count() const;
  // `server exec`: see server_exec_arguments().
  Command execute(const std::vector<std::string>& arguments) const;

 private:
  const config::Configuration& config_;
};

// The details of a lock: who holds it and why.
struct LockDetails {
  std::string locked_by;
  std::string locked_at;  // ISO 8601, UTC
  Version version;
  std::string message;
  std::string holder{};  // one line for a second file, which Kamal neither reads nor keeps; "" for none

  std::string text() const;  // without the holder
};

// The deploy lock: a directory on a host. Its commands report the state by exit status.
class Lock {
 public:
  static constexpr int held = 75;     // acquire: it is held
  static constexpr int missing = 74;  // release, status: it is not held

  explicit Lock(const config::Configuration& config) : config_(config) {}

  Command acquire(const LockDetails& details) const;
  // Regardless of its contents.
  Command release() const;
  // Only if it has exactly these details: `missing` if it is gone, `held` if another one replaced it.
  Command release_if_owner(const LockDetails& details) const;
  Command status() const;
  // Prints the holder; fails if there is none.
  Command holder() const;
  std::string directory() const;

 private:
  std::string details_file() const;
  std::string holder_file() const;

  const config::Configuration& config_;
};

// Who ran a command, and when.
struct AuditMetadata {
  std::string recorded_at;  // ISO 8601, UTC
  std::string performer;    // git's user.email, or the login name
  std::optional<RoleName> role;
};

// The audit log of an app on a server.
class Auditor {
 public:
  explicit Auditor(const config::Configuration& config) : config_(config) {}

  Command record(std::string_view line, const AuditMetadata& facts) const;
  Command reveal() const;
  Command deployments() const;  // the last lines about successful deploys
  Command exists() const;
  std::string file() const;

 private:
  const config::Configuration& config_;
};

// The env file of a role on a host, replaced before anything boots with it. The previous file stays on the
// host, with its mode, until the outcome is settled; it is never printed.
class EnvFile {
 public:
  // `run` tells what this run sets aside from what a killed one left.
  EnvFile(const config::Configuration& config, const config::Role& role, const std::string& run);

  const std::string& path() const { return path_; }
  // Makes room for the new file: creates its directory and sets the previous file, if any, aside.
  Command set_aside() const;
  // Restores the state before this run's set_aside(), directories included. Does nothing without it, or
  // after keep_new(). To be called in reverse order of the files.
  Command put_back() const;
  Command keep_new() const;

 private:
  std::string path_;
  std::string copy_, before_, new_;
  std::vector<std::string> directories_;  // that may have to be created, outermost first
};

}  // namespace kamal::commands
