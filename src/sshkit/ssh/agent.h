#pragma once

#include <optional>
#include <string>
#include <string_view>
#include <thread>
#include <vector>

#include "sshkit/ssh/fd.h"

namespace kamal::sshkit {

// One key that an ssh-agent holds.
struct AgentKey {
  std::string blob;     // of the public key
  std::string comment;  // usually the file's name
  std::string base64() const;
  std::string type() const;  // ssh-ed25519
};

// A connection to an ssh-agent.
class Agent {
 public:
  // Nothing when nobody listens there.
  static std::optional<Agent> open(const std::string& socket);

  // Throws Interrupted, Stopped; an agent that doesn't answer as it should has no keys.
  std::vector<AgentKey> keys(const Waiter& waiter);
  // One message there and the answer back, both without their length; nothing when the agent hangs up.
  std::optional<std::string> ask(std::string_view message, const Waiter& waiter);

 private:
  explicit Agent(Fd socket) : socket_(std::move(socket)) {}

  Fd socket_;
};

// A socket on which libssh finds an agent that holds only some keys, in an order of ours; it lets the real
// one sign.
class AgentView {
 public:
  AgentView(Agent& agent, std::vector<AgentKey> keys, const Waiter& waiter);
  ~AgentView();
  AgentView(const AgentView&) = delete;
  AgentView& operator=(const AgentView&) = delete;

  int take_socket() { return theirs_.release(); }

 private:
  void serve();
  std::string answer(const std::string& question);

  Agent& agent_;
  std::vector<AgentKey> keys_;
  const Waiter& waiter_;
  Fd ours_, theirs_;
  std::thread thread_;
};

}  // namespace kamal::sshkit
