#pragma once

#include <pthread.h>

#include <atomic>
#include <chrono>
#include <csignal>
#include <stdexcept>
#include <thread>
#include <utility>

#include "kamal/support/fd.h"

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
  // Should work stop? Not while a CleanUp is in scope.
  bool requested() const noexcept { return signal() != 0 && !cleaning_up_.load(); }
  void check() const {
    if (requested()) throw Interrupted(signal());
  }
  // Readable once a signal arrived: for poll().
  int fd() const { return arrived_.fd(); }
  // False if a signal arrived before the time was up.
  bool wait(std::chrono::milliseconds duration) const;

 private:
  friend class CleanUp;

  std::atomic<int> signal_{0};
  mutable std::atomic<bool> cleaning_up_{false};
  Event arrived_;
};

// While in scope, lets an interrupted run continue, to release its resources. A second signal
// still ends the process at once.
class CleanUp {
 public:
  explicit CleanUp(const Interruption& interruption);
  ~CleanUp();
  CleanUp(const CleanUp&) = delete;
  CleanUp& operator=(const CleanUp&) = delete;

 private:
  const Interruption& interruption_;
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
