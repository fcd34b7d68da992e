#pragma once

#include <memory>
#include <mutex>
#include <stdexcept>
#include <string>
#include <vector>

#include "kamal/sshkit/server.h"
#include "kamal/sshkit/step.h"
#include "sshkit/script.h"
#include "sshkit/ssh/connection.h"

namespace kamal::sshkit {

// The server lets us open no further shell.
struct ShellRefused : std::runtime_error {
  using std::runtime_error::runtime_error;
};

// A shell on the server that takes lists of steps from its standard input, one after the other.
class Shell {
 public:
  Shell(Connection& connection, std::string nonce);
  ~Shell() { channel_->abandon(); }
  Shell(const Shell&) = delete;
  Shell& operator=(const Shell&) = delete;

  // Can another list be given to it?
  bool usable() { return idle_ && !channel_->over(); }
  // Runs steps[first...] as far as this shell gets: at least one of them. Throws ShellRefused,
  // ConnectionError and what ends the waiter's wait; the shell is of no use then.
  std::vector<StepResult> run(const Steps& steps, size_t first, const SavedValues& saved,
                              StepListener& listener, const Waiter& waiter);

 private:
  std::shared_ptr<Channel> channel_;
  std::string nonce_;
  bool fresh_ = true;
  bool idle_ = true;
};

// The shells of one connection: one per thread that runs steps at the same time, up to what servers allow.
class ShellPool {
 public:
  explicit ShellPool(Connection& connection);

  std::vector<StepResult> run(const Steps& steps, size_t first, const SavedValues& saved,
                              StepListener& listener, const Waiter& waiter);

 private:
  class Lease;

  std::unique_ptr<Shell> take(const Waiter& waiter);
  void give_back(std::unique_ptr<Shell> shell);
  bool has_others_after_refusal();

  Connection& connection_;
  Event given_back_;
  std::mutex mutex_;
  std::vector<std::unique_ptr<Shell>> idle_;
  int most_;  // at the same time
  int leased_ = 0;
};

}  // namespace kamal::sshkit
