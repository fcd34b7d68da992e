#pragma once

#include <optional>
#include <set>
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
  bool replaced() const { return replaced_; }  // by another lock, found when this run's was to be released
  // This run's lock. Set before a server is asked for it, so that an interruption leaves none behind.
  const std::optional<commands::LockDetails>& current() const { return current_; }
  // The hosts that have this run's lock, in the order of acquisition. Empty if its caller holds it.
  const std::vector<Host>& hosts() const { return hosts_; }

  void acquiring(commands::LockDetails details) { current_ = std::move(details); }
  void acquiring_on(const Host& host) { hosts_.push_back(host); }
  void acquired() { held_ = was_held_ = true; }
  // Set before its hosts are asked to release it. Returns those that were asked before: their answer got
  // lost, and the lock may be gone.
  std::set<Host> releasing() {
    std::set<Host> asked_before = asked_;
    asked_.insert(hosts_.begin(), hosts_.end());
    return asked_before;
  }
  // It is free when no host has it any more.
  void released(const Host& host) {
    std::erase(hosts_, host);
    asked_.erase(host);
    if (!hosts_.empty()) return;
    current_.reset();
    held_ = false;
  }
  void replaced_on(const Host& host) {
    replaced_ = true;
    released(host);
  }

  // Remembers that the run does without the lock on this host.
  void skip(const Host& host) { skipped_.insert(host); }
  bool skips(const Host& host) const { return skipped_.contains(host); }

 private:
  bool held_;
  bool was_held_;
  bool replaced_ = false;
  std::optional<commands::LockDetails> current_;
  std::vector<Host> hosts_;
  std::set<Host> asked_;    // to release it
  std::set<Host> skipped_;  // unreachable
};

}  // namespace kamal::cli
