#pragma once

#include <poll.h>

#include <chrono>
#include <optional>
#include <utility>
#include <vector>

#include "kamal/support/fd.h"
#include "kamal/support/interruption.h"

namespace kamal::sshkit {

using Ticks = std::chrono::steady_clock;
using Deadline = std::optional<Ticks::time_point>;  // nothing: for ever

// Two ends of a local stream.
std::pair<Fd, Fd> socket_pair();

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
