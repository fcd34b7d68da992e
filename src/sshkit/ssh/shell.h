#pragma once

#include <memory>
#include <mutex>
#include <stdexcept>
#include <string>
#include <vector>

#include "kamal/sshkit/error.h"
#include "kamal/sshkit/server.h"
#include "kamal/sshkit/step.h"
#include "sshkit/ssh/connection.h"
#include "sshkit/ssh/script.h"

namespace kamal::sshkit {

// The server refused to open another shell.
struct ShellRefused : std::runtime_error {
  using std::runtime_error::runtime_error;
};

// A shell on the server that reads step lists from its standard input, one at a time.
class Shell {
 public:
  Shell(Connection& connection, std::string nonce);
  ~Shell() { channel_->abandon(); }
  Shell(const Shell&) = delete;
  Shell& operator=(const Shell&) = delete;

  // Ready for another list.
  bool usable() { return idle_ && !channel_->is_done(); }
  // Runs steps[first...] until the list or the shell ends; at least one step. Throws ShellRefused,
  // ConnectionError, Interrupted; the shell is unusable then.
  std::vector<StepResult> run(const Steps& steps, size_t first, const SavedValues& saved,
                              StepListener& listener, const Waiter& waiter);

 private:
  std::shared_ptr<Channel> channel_;
  std::string nonce_;
  bool fresh_ = true;
  bool idle_ = true;
};

// The shells of one connection: one per thread that runs steps, up to the limit of the server.
class ShellPool {
 public:
  explicit ShellPool(Connection& connection);

  std::vector<StepResult> run(const Steps& steps, size_t first, const SavedValues& saved,
                              StepListener& listener, const Waiter& waiter);

 private:
  class Lease;

  std::unique_ptr<Shell> acquire(const Waiter& waiter);
  void release(std::unique_ptr<Shell> shell);
  bool lower_limit();

  Connection& connection_;
  Event released_;
  std::mutex mutex_;
  std::vector<std::unique_ptr<Shell>> idle_;
  int max_;  // shells in use at once
  int leased_ = 0;
};

}  // namespace kamal::sshkit
