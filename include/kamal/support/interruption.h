#pragma once

#include <pthread.h>

#include <atomic>
#include <chrono>
#include <condition_variable>
#include <csignal>
#include <mutex>
#include <optional>
#include <stdexcept>
#include <thread>
#include <utility>

#include "kamal/support/files.h"

namespace kamal {

// Thrown where work stops because SIGINT, SIGTERM or SIGHUP arrived.
struct Interrupted : std::runtime_error {
  explicit Interrupted(int signal) : std::runtime_error("Interrupted"), signal(signal) {}
  int signal;
};

// Records the first signal that asks this run to stop. Shared by handlers and threads.
class Interruption {
 public:
  // From a signal handler or a test. Async-signal-safe.
  void request(int signal) noexcept;
  int signal() const noexcept { return signal_.load(); }  // 0 while none arrived
  // Whether work should stop: not while a CleanUp is in scope, until its time is up.
  bool requested() const noexcept { return out_of_time_.load() || (signal() != 0 && !cleaning_up_.load()); }
  void check() const {
    if (requested()) throw Interrupted(signal());
  }
  // For poll(): readable while requested().
  int fd() const { return requested_.fd(); }
  // For poll(): readable once a signal arrived.
  int signal_fd() const { return arrived_.fd(); }
  // False if a signal arrived before the time was up.
  bool wait(std::chrono::milliseconds duration) const;

 private:
  friend class CleanUp;

  std::atomic<int> signal_{0};
  mutable std::atomic<bool> cleaning_up_{false};
  mutable std::atomic<bool> out_of_time_{false};
  Event arrived_, requested_;
};

// While in scope, lets an interrupted run continue, to release its resources. A second signal
// still ends the process at once. With a limit, work that takes longer is interrupted, whether a signal came
// or not. Only one at a time, entered while no other thread is working.
class CleanUp {
 public:
  using Limit = std::optional<std::chrono::milliseconds>;
  explicit CleanUp(const Interruption& interruption, Limit limit = std::nullopt);
  ~CleanUp();
  CleanUp(const CleanUp&) = delete;
  CleanUp& operator=(const CleanUp&) = delete;

 private:
  void end_after(std::chrono::milliseconds limit);

  const Interruption& interruption_;
  std::mutex mutex_;
  std::condition_variable ended_;
  bool over_ = false;
  std::thread timer_;  // of the limit, if there is one
};

// Blocks signals in this thread, and in those it starts, while in scope.
class SignalsBlocked {
 public:
  SignalsBlocked() {
    sigset_t all;
    sigfillset(&all);
    pthread_sigmask(SIG_SETMASK, &all, &before_);
  }
  ~SignalsBlocked() { pthread_sigmask(SIG_SETMASK, &before_, nullptr); }
  SignalsBlocked(const SignalsBlocked&) = delete;
  SignalsBlocked& operator=(const SignalsBlocked&) = delete;

 private:
  sigset_t before_;
};

// Starts a thread with all signals blocked.
template <class Function>
std::thread start_quiet_thread(Function function) {
  const SignalsBlocked blocked;
  return std::thread(std::move(function));
}

}  // namespace kamal
