#pragma once

#include <mutex>
#include <optional>
#include <string>
#include <string_view>
#include <thread>
#include <vector>

#include "sshkit/ssh/sockets.h"

namespace kamal::sshkit {

// A key held by an ssh-agent.
struct AgentKey {
  std::string blob;      // of the public key, or of its certificate
  std::string comment;   // usually the file's name
  std::string signs_as;  // the agent's key, if `blob` is a certificate from a file
  std::string base64() const;
  std::string type() const;  // ssh-ed25519
};

// An ssh-agent, connected on first use and again if it closed the connection.
class Agent {
 public:
  explicit Agent(std::string path) : path_(std::move(path)) {}

  // Empty if nothing listens on the socket or the reply is invalid. Throws Interrupted, Stopped.
  std::vector<AgentKey> keys(const Waiter& waiter, Deadline deadline);
  // Sends a message and returns the reply, both without length prefix; nullopt if the agent closes the
  // connection or times out.
  std::optional<std::string> request(std::string_view message, const Waiter& waiter, Deadline deadline);

 private:
  std::string path_;
  Fd socket_;
};

// An agent socket for libssh that offers one key at a time and forwards signing to the real agent: libssh
// stops at the first key that it can't parse or the agent refuses to sign with.
class AgentView {
 public:
  AgentView(Agent& agent, const Waiter& waiter);
  ~AgentView();
  AgentView(const AgentView&) = delete;
  AgentView& operator=(const AgentView&) = delete;

  int take_socket() { return theirs_.release(); }
  void offer(const AgentKey& key);
  bool refused_to_sign();  // with the offered key

 private:
  void serve();
  std::string reply(const std::string& message);
  std::string sign(const std::string& message);

  Agent& agent_;
  std::mutex mutex_;
  AgentKey key_;
  bool refused_to_sign_ = false;
  const Waiter& waiter_;
  Fd ours_, theirs_;
  std::thread thread_;
};

}  // namespace kamal::sshkit
