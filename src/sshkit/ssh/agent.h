#pragma once

#include <mutex>
#include <optional>
#include <string>
#include <string_view>
#include <thread>
#include <vector>

#include "sshkit/ssh/fd.h"

namespace kamal::sshkit {

// One key that an ssh-agent holds.
struct AgentKey {
  std::string blob;      // of the public key, or of its certificate
  std::string comment;   // usually the file's name
  std::string signs_as;  // the key that the agent knows, if `blob` is a certificate beside a file of ours
  std::string base64() const;
  std::string type() const;  // ssh-ed25519
};

// A connection to an ssh-agent, made again for the next question after the agent closed it.
class Agent {
 public:
  // Nothing when nobody listens there.
  static std::optional<Agent> open(const std::string& socket);

  // Throws Interrupted, Stopped; an agent that doesn't answer as it should has no keys.
  std::vector<AgentKey> keys(const Waiter& waiter, Deadline deadline);
  // One message there and the answer back, both without their length; nothing when the agent closes the
  // connection or does not answer in time.
  std::optional<std::string> ask(std::string_view message, const Waiter& waiter, Deadline deadline);

 private:
  Agent(std::string path, Fd socket) : path_(std::move(path)), socket_(std::move(socket)) {}

  std::string path_;
  Fd socket_;
};

// A socket on which libssh finds an agent that holds the one key that it is to try; it lets the real agent
// sign. One key at a time: libssh ends the list at the first key that it can't read or the agent won't sign
// with.
class AgentView {
 public:
  AgentView(Agent& agent, const Waiter& waiter);
  ~AgentView();
  AgentView(const AgentView&) = delete;
  AgentView& operator=(const AgentView&) = delete;

  int take_socket() { return theirs_.release(); }
  void offer(const AgentKey& key);
  bool refused_to_sign();  // with the key that is offered

 private:
  void serve();
  std::string answer(const std::string& question);
  std::string sign(const std::string& question);

  Agent& agent_;
  std::mutex mutex_;
  AgentKey key_;
  bool refused_to_sign_ = false;
  const Waiter& waiter_;
  Fd ours_, theirs_;
  std::thread thread_;
};

}  // namespace kamal::sshkit
