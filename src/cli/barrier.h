#pragma once

#include <condition_variable>
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

}  // namespace kamal::cli
