#pragma once

#include <optional>
#include <utility>

#include "kamal/commands/server.h"

namespace kamal::cli {

// What this run knows of the deploy lock.
class LockState {
 public:
  explicit LockState(bool held_by_caller) : held_(held_by_caller) {}

  bool held() const { return held_; }  // by this run or its caller
  // This run's lock. Set before the server is asked for it, so that an interruption leaves none behind.
  const std::optional<commands::LockDetails>& current() const { return current_; }

  void acquiring(commands::LockDetails details) { current_ = std::move(details); }
  void acquired() { held_ = true; }
  // Returns whether it was held.
  bool released() {
    current_.reset();
    return std::exchange(held_, false);
  }

 private:
  bool held_;
  std::optional<commands::LockDetails> current_;
};

}  // namespace kamal::cli
