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
  bool requested() const noexcept { return signal() != 0; }
  void check() const {
    if (requested()) throw Interrupted(signal());
  }
  // Readable once a signal arrived: for poll().
  int fd() const noexcept { return read_end_; }
  // False when a signal arrived before the time was over.
  bool wait(std::chrono::milliseconds duration) const;

 private:
  std::atomic<int> signal_{0};
  int read_end_ = -1;
  int write_end_ = -1;
};

}  // namespace kamal
