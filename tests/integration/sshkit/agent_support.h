#pragma once

#include <sys/types.h>

#include <filesystem>
#include <functional>
#include <optional>
#include <string>
#include <thread>
#include <vector>

#include "kamal/support/files.h"

namespace kamal::test {

// An ssh-agent with a socket of its own.
class SshAgent {
 public:
  explicit SshAgent(const std::filesystem::path& directory);
  ~SshAgent();
  SshAgent(const SshAgent&) = delete;
  SshAgent& operator=(const SshAgent&) = delete;

  std::string socket() const { return socket_; }
  void add(const std::filesystem::path& key) const;

 private:
  std::filesystem::path socket_;
  pid_t pid_ = -1;
};

// Stands before an agent and says something else. Messages are without their length.
class OddAgent {
 public:
  // What to answer instead; nothing closes the connection.
  using Answer =
      std::function<std::optional<std::string>(const std::string& question, const std::string& answer)>;

  OddAgent(const std::filesystem::path& directory, const SshAgent& behind, Answer answer);
  ~OddAgent();
  OddAgent(const OddAgent&) = delete;
  OddAgent& operator=(const OddAgent&) = delete;

  std::string socket() const { return socket_; }

 private:
  void serve(int connection) const;

  std::filesystem::path socket_;
  std::string behind_;
  Answer answer_;
  Fd listener_;
  std::thread thread_;
};

// Parts of the agent's protocol.
constexpr char agent_failure = 5, agent_list = 11, agent_keys = 12, agent_sign = 13, agent_signature = 14;
std::string agent_text(const std::string& bytes);  // with its length in front
std::string agent_number(size_t number);
// The answer `keys` of an agent with other keys in front; each is the blob of a public key.
std::string with_keys_in_front(const std::string& keys, const std::vector<std::string>& blobs);

}  // namespace kamal::test
