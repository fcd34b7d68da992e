#pragma once

#include <optional>
#include <utility>
#include <vector>

#include "kamal/commands/server.h"
#include "kamal/support/names.h"

namespace kamal::cli {

// What this run knows of the deploy lock.
class LockState {
 public:
  explicit LockState(bool held_by_caller) : held_(held_by_caller), was_held_(held_by_caller) {}

  bool held() const { return held_; }          // by this run or its caller
  bool was_held() const { return was_held_; }  // at any time of this run
  // This run's lock. Set before a server is asked for it, so that an interruption leaves none behind.
  const std::optional<commands::LockDetails>& current() const { return current_; }
  // The hosts that have this run's lock, in the order of acquisition. Empty if its caller holds it.
  const std::vector<Host>& hosts() const { return hosts_; }

  void acquiring(commands::LockDetails details) { current_ = std::move(details); }
  void acquiring_on(const Host& host) { hosts_.push_back(host); }
  void acquired() { held_ = was_held_ = true; }
  // It is free when no host has it any more.
  void released(const Host& host) {
    std::erase(hosts_, host);
    if (!hosts_.empty()) return;
    current_.reset();
    held_ = false;
  }

 private:
  bool held_;
  bool was_held_;
  std::optional<commands::LockDetails> current_;
  std::vector<Host> hosts_;
};

}  // namespace kamal::cli
