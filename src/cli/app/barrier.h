#pragma once

#include <atomic>
#include <condition_variable>
#include <cstddef>
#include <mutex>
#include <optional>

#include "kamal/support/interruption.h"

namespace kamal::cli {

// Holds other roles back until the first container of the primary role is healthy. Set once, by whoever is
// first.
class Barrier {
 public:
  explicit Barrier(const Interruption& interruption) : interruption_(interruption) {}

  bool open() { return set(true); }    // false when it was set before
  bool close() { return set(false); }  // likewise
  // True when it opened, false when it closed; throws Interrupted.
  bool wait();

 private:
  bool set(bool open);

  const Interruption& interruption_;
  std::mutex mutex_;
  std::condition_variable changed_;
  std::optional<bool> open_;
};

// Counts the primary role's containers that are still to boot. If the last one ends without having opened the
// barrier (its host is unreachable, for example), nothing else will: it closes.
class Gatekeepers {
 public:
  Gatekeepers(Barrier& barrier, size_t count) : barrier_(barrier), left_(count) {}
  void ended() {
    if (--left_ == 0) barrier_.close();
  }

 private:
  Barrier& barrier_;
  std::atomic<size_t> left_;
};

}  // namespace kamal::cli
