#pragma once

#include <sys/types.h>

#include <chrono>
#include <optional>
#include <set>
#include <string>
#include <string_view>
#include <utility>
#include <vector>

#include "kamal/commands/server.h"
#include "kamal/support/names.h"

namespace kamal::cli {

class Context;

// The process that holds a lock, as recorded in the lock's `holder` file. Boot ID, PID namespace and start
// time distinguish it from a later process with the same PID, and from processes of containers and other
// machines.
struct Holder {
  std::string machine;  // hostname
  pid_t pid = 0;
  std::string started;  // clock ticks since boot
  std::string boot;     // boot ID of the kernel
  std::string pid_namespace;
  std::vector<Host> hosts;  // that have the lock of this run

  std::string text() const;  // one line
};

// For a process of this machine. Unknown fields are empty.
Holder holder_of_process(pid_t pid);
// Nothing if the text is invalid.
std::optional<Holder> parse_holder(std::string_view text);
// Whether the process is known to have ended: false if it may run on another machine.
bool has_ended(const Holder& holder);

// The message of locks acquired by a run; Kamal recognizes them by it.
inline constexpr const char* automatic_lock_message = "Automatic deploy lock";

// A lock found on a host.
struct HeldLock {
  Host host;
  std::string details;           // as Kamal shows them, printable; "" if they are missing
  std::optional<Holder> holder;  // nothing if Kamal acquired it, or if it was acquired manually

  bool acquired_manually() const;
  // Whether the run that acquired it has verifiably ended without releasing it.
  bool is_abandoned() const { return holder && has_ended(*holder); }
  // The details, or a note that they are missing.
  std::string report() const;
  // The details, one by one.
  struct Parts {
    std::string holder{}, version{}, message{};  // "" if missing
    std::optional<std::chrono::system_clock::time_point> since{};
  };
  Parts parts() const;
  // Held by Bob (process 12 on ci-7) for 3 minutes on 1.1.1.1, version v9: Moving the database
  std::string summary(std::chrono::system_clock::time_point now) const;
};

// A hint with the command line that releases it.
std::string release_hint(const Context& context, const HeldLock& lock);

// The state of the deploy lock in this run.
class LockState {
 public:
  explicit LockState(bool held_by_caller) : held_(held_by_caller), was_held_(held_by_caller) {}

  bool held() const { return held_; }          // by this run or its caller
  bool was_held() const { return was_held_; }  // at any time of this run
  bool replaced() const { return replaced_; }  // by another lock, found when this run's was to be released
  // This run's lock. Set before acquiring it on a server, so that an interruption leaves none behind.
  const std::optional<commands::LockDetails>& current() const { return current_; }
  // The hosts that have this run's lock, in the order of acquisition. Empty if its caller holds it.
  const std::vector<Host>& hosts() const { return hosts_; }

  void acquiring(commands::LockDetails details) { current_ = std::move(details); }
  void acquiring_on(const Host& host) { hosts_.push_back(host); }
  void acquired() { held_ = was_held_ = true; }
  // Called before releasing it on its hosts. Returns those asked before: their replies were lost, and the
  // lock may be gone.
  std::set<Host> releasing() {
    std::set<Host> asked_before = asked_;
    asked_.insert(hosts_.begin(), hosts_.end());
    return asked_before;
  }
  // The lock is free once no host has it.
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

  // Records that the run continues without the lock on this host.
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
