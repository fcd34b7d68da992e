#pragma once

#include <chrono>
#include <functional>
#include <map>
#include <mutex>
#include <string>
#include <utility>
#include <vector>

#include "kamal/sshkit/executor.h"
#include "kamal/support/names.h"
#include "kamal/support/system.h"

namespace kamal::cli {

// The phases of a run, in sequence, and how long each host worked in them. Hosts report from any thread.
class Timeline {
 public:
  using Duration = std::chrono::steady_clock::duration;
  struct Phase {
    std::string name;
    Duration took{};
    std::map<Host, Duration> hosts{};
  };

  // Called unless empty: as each phase begins and ends, by the run's own thread; as each host does, by any.
  struct Listener {
    std::function<void(const std::vector<std::string>& phases)> planned{};
    std::function<void(const std::string&phase)> began{}, ended{};
    std::function<void(const Host&)> host_began{};
    std::function<void(const Host&, sshkit::TaskOutcome)> host_ended{};
  };

  explicit Timeline(Clock& clock) : clock_(clock) {}

  // Before the first phase.
  void add_listener(Listener listener) { listeners_.push_back(std::move(listener)); }

  // The phases to expect, in sequence; not all of them need to begin.
  void plan(const std::vector<std::string>& phases);
  // Called by the run's own thread. begin() ends the current phase. Beginning an earlier phase again
  // continues it.
  void begin(const std::string& phase);
  void end();
  // In the order in which they first began. Time between end() and begin() belongs to no phase.
  std::vector<Phase> phases() const;
  Duration elapsed() const;  // from the first begin() to the last end()

  // For listeners. A host may have several tasks at a time.
  void host_began(const Host& host);
  void host_ended(const Host& host, sshkit::TaskOutcome outcome);

  // While in scope, the host is working.
  class HostWork {
   public:
    HostWork(Timeline& timeline, Host host);
    ~HostWork();
    HostWork(const HostWork&) = delete;
    HostWork& operator=(const HostWork&) = delete;

   private:
    Timeline& timeline_;
    Host host_;
    std::chrono::steady_clock::time_point since_;
  };
  // Subtracts time in which the host waited for others.
  void waited(const Host& host, Duration duration) { add(host, -duration); }

 private:
  void add(const Host& host, Duration duration);

  Clock& clock_;
  std::vector<Listener> listeners_;
  mutable std::mutex mutex_;
  std::vector<Phase> phases_;
  Phase* current_ = nullptr;  // of phases_
  std::chrono::steady_clock::time_point first_, since_, last_;
};

}  // namespace kamal::cli
