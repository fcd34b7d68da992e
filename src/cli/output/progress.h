#pragma once

#include <chrono>
#include <map>
#include <optional>
#include <set>
#include <string>
#include <string_view>
#include <utility>
#include <vector>

#include "cli/output/docker_progress.h"
#include "kamal/sshkit/executor.h"
#include "kamal/support/names.h"
#include "kamal/support/process.h"

namespace kamal::cli {

// How far a run is, and the lines that show it.
class Progress {
 public:
  using Time = std::chrono::steady_clock::time_point;
  // When there are lines: in a phase, or from the first command on, too, under this title.
  enum class Shown { in_phases, always };
  Progress(std::string title, Shown shown) : title_(std::move(title)), shown_(shown) {}

  void plan(std::vector<std::string> phases) { plan_ = std::move(phases); }
  void begin(const std::string& phase, Time now);
  void end() { phase_.clear(); }
  // In the current phase. A host may have several tasks at a time.
  void host_began(const Host& host) { ++hosts_[host].running; }
  void host_ended(const Host& host, sshkit::TaskOutcome outcome);
  void started(std::string_view id, std::string_view host, std::string_view command, Time now);
  void printed(std::string_view host, std::string_view line);
  void finished(std::string_view id, std::string_view host);

  // The heading first; none if nothing is shown. Without control characters.
  std::vector<std::string> lines(Time now) const;

 private:
  struct HostState {
    int running = 0;
    bool failed = false;
  };
  struct RunningCommand {
    std::string command;
    Time since;
  };
  using CommandId = std::pair<std::string, std::string>;  // host and ID

  std::string heading(Time now) const;
  std::string hosts_text() const;
  std::optional<std::string> slowest_text(Time now) const;

  const std::string title_;
  const Shown shown_;
  std::vector<std::string> plan_;
  size_t position_ = 0;  // in the plan, from 1; 0: before it
  std::string phase_;
  std::optional<Time> since_;
  std::map<Host, HostState> hosts_;
  std::map<CommandId, RunningCommand> commands_;
  DockerProgress docker_;
};

}  // namespace kamal::cli
