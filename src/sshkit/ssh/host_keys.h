#pragma once

#include <filesystem>
#include <mutex>
#include <optional>
#include <string>
#include <string_view>
#include <vector>

#include "sshkit/ssh/session.h"
#include "sshkit/ssh/target.h"

namespace kamal::sshkit {

// A host key as written in known_hosts.
struct HostKey {
  std::string type;    // ssh-ed25519
  std::string base64;  // of the key
  bool operator==(const HostKey&) const = default;
};

// The result of a lookup in known_hosts files.
struct HostKeyVerdict {
  enum class State { known, unknown, changed, revoked };
  State state = State::unknown;
  std::filesystem::path file;  // location of a changed or revoked key
  int line = 0;
};

// The known_hosts files of OpenSSH. Thread-safe.
class KnownHosts {
 public:
  using Files = std::vector<std::filesystem::path>;

  // `name` is host or [host]:port, lowercase.
  HostKeyVerdict check(const Files& files, const std::string& name, const HostKey& key);
  // Key types known for this host.
  std::vector<std::string> key_types(const Files& files, const std::string& name);
  // Appends to the file; file and directory are created with owner-only access. Throws FileError.
  void add(const std::filesystem::path& file, const std::string& name, const HostKey& key);

 private:
  struct Entry {
    bool revoked = false;
    HostKey key;
    std::filesystem::path file;
    int line = 0;
  };
  std::vector<Entry> entries(const Files& files, const std::string& name) const;

  std::mutex mutex_;
};

// Prefers key types known for this host, so that a server with several keys sends a known one.
void prefer_known_host_keys(ssh_session session, const Target& target, KnownHosts& known_hosts);

// Verifies the host key; an unknown one is trusted on first use and saved. Throws ConnectionError.
void check_host_key(ssh_session session, const Target& target, const Shared& shared);

}  // namespace kamal::sshkit
