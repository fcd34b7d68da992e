#pragma once

#include <atomic>
#include <chrono>
#include <csignal>
#include <stdexcept>

namespace kamal {

// Thrown where work stops because SIGINT, SIGTERM or SIGHUP arrived.
struct Interrupted : std::runtime_error {
  explicit Interrupted(int signal) : std::runtime_error("Interrupted"), signal(signal) {}
  int signal;
};

// Remembers the first signal that asks this run to stop. Handlers and threads share one object.
class Interruption {
 public:
  Interruption();
  ~Interruption();
  Interruption(const Interruption&) = delete;
  Interruption& operator=(const Interruption&) = delete;

  // From a signal handler or a test. Async-signal-safe.
  void request(int signal) noexcept;
  int signal() const noexcept { return signal_.load(); }  // 0 while none arrived
  // Should work stop? Not while a CleanUp is at work.
  bool requested() const noexcept { return signal() != 0 && !cleaning_up_.load(); }
  void check() const {
    if (requested()) throw Interrupted(signal());
  }
  // Readable once a signal arrived: for poll().
  int fd() const noexcept { return read_end_; }
  // False when a signal arrived before the time was over.
  bool wait(std::chrono::milliseconds duration) const;

 private:
  friend class CleanUp;

  std::atomic<int> signal_{0};
  mutable std::atomic<bool> cleaning_up_{false};
  int read_end_ = -1;
  int write_end_ = -1;
};

// For the time of its life an interrupted run may work again: to give back what it holds. A second signal
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

}  // namespace kamal
