#pragma once

#include <filesystem>
#include <mutex>
#include <optional>
#include <string>
#include <string_view>
#include <vector>

namespace kamal::sshkit {

// A server's public key as known_hosts files write it.
struct HostKey {
  std::string type;    // ssh-ed25519
  std::string base64;  // of the key
  bool operator==(const HostKey&) const = default;
};

// What the files say about a host's key.
struct HostKeyVerdict {
  enum class State { known, unknown, changed, revoked };
  State state = State::unknown;
  std::filesystem::path file;  // where a changed or revoked key stands
  int line = 0;
};

// The known_hosts files of OpenSSH. Threads may use it at the same time.
class KnownHosts {
 public:
  using Files = std::vector<std::filesystem::path>;

  // `name` is host or [host]:port, in lower case.
  HostKeyVerdict check(const Files& files, const std::string& name, const HostKey& key);
  // Types of the keys that the files have for this host.
  std::vector<std::string> key_types(const Files& files, const std::string& name);
  // Written behind what is in the file; file and folder are created for their owner alone. Throws FileError.
  void add(const std::filesystem::path& file, const std::string& name, const HostKey& key);

 private:
  struct Entry {
    enum class Marker { none, revoked };
    Marker marker = Marker::none;
    HostKey key;
    std::filesystem::path file;
    int line = 0;
  };
  std::vector<Entry> entries(const Files& files, const std::string& name) const;

  std::mutex mutex_;
};

}  // namespace kamal::sshkit
