#pragma once

#include <poll.h>

#include <chrono>
#include <cstdint>
#include <optional>
#include <utility>
#include <vector>

#include "kamal/support/interruption.h"

namespace kamal::sshkit {

using Ticks = std::chrono::steady_clock;
using Deadline = std::optional<Ticks::time_point>;  // nothing: for ever

// A file descriptor that closes itself.
class Fd {
 public:
  Fd() = default;
  explicit Fd(int fd) : fd_(fd) {}
  Fd(Fd&& other) noexcept : fd_(std::exchange(other.fd_, -1)) {}
  Fd& operator=(Fd&& other) noexcept;
  ~Fd() { reset(); }
  Fd(const Fd&) = delete;
  Fd& operator=(const Fd&) = delete;

  int get() const { return fd_; }
  bool open() const { return fd_ >= 0; }
  int release() { return std::exchange(fd_, -1); }
  void reset();

 private:
  int fd_ = -1;
};

// Two ends of a local stream.
std::pair<Fd, Fd> socket_pair();

// Something that happened, for poll(): readable from signal() to clear().
class Event {
 public:
  Event();
  int fd() const { return fd_.get(); }
  void signal() const;
  void clear() const;

 private:
  Fd fd_;
};

// Thrown in the thread of a connection that is being given up.
struct Stopped {};

// What ends a wait early.
class Waiter {
 public:
  explicit Waiter(const Interruption& interruption, const Event* stop = nullptr)
      : interruption_(interruption), stop_(stop) {}

  // False at the deadline. Throws Interrupted, Stopped.
  bool wait(int fd, short events, Deadline deadline) const;
  // Throws Interrupted, Stopped.
  void sleep(std::chrono::milliseconds duration) const;

 private:
  const Interruption& interruption_;
  const Event* stop_;
};

// So many may go in at a time; the others wait.
class Slots {
 public:
  explicit Slots(unsigned count);
  void acquire(const Waiter& waiter);
  void release() const;

 private:
  Fd semaphore_;
};

// One of the slots, for the time of its life.
class Slot {
 public:
  Slot(Slots& slots, const Waiter& waiter) : slots_(slots) { slots_.acquire(waiter); }
  ~Slot() { slots_.release(); }
  Slot(const Slot&) = delete;
  Slot& operator=(const Slot&) = delete;

 private:
  Slots& slots_;
};

int poll_timeout(Deadline deadline);  // milliseconds from now, for poll()

}  // namespace kamal::sshkit
