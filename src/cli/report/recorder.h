#pragma once

#include <deque>
#include <map>
#include <mutex>
#include <string>
#include <string_view>
#include <utility>
#include <vector>

#include "cli/report/report.h"
#include "cli/timeline.h"
#include "kamal/sshkit/output.h"
#include "kamal/support/system.h"

namespace kamal::cli {

// The first and the last lines of an output.
class OutputExcerpt {
 public:
  static constexpr size_t max_bytes = 16 << 10;
  static constexpr size_t max_line = 2000;  // bytes

  void add(std::string_view line);
  // Frees at least this much, or everything: drops lines from the middle on, the beginning last.
  void drop(size_t bytes);

  size_t size() const { return head_.size() + tail_.size(); }
  size_t omitted_lines() const { return omitted_; }
  std::string text() const;  // says where lines were omitted

 private:
  std::string head_, tail_;  // whole lines
  size_t omitted_ = 0;       // between them
};

// Records the commands and the phases of a run, within limits: of many outputs, those of commands that
// succeeded are dropped first, oldest first.
class Recorder : public sshkit::CommandObserver {
 public:
  struct Limits {
    size_t steps = 30'000;
    size_t output = 8 << 20;  // bytes, of all steps
    size_t command = 4 << 10;
  };

  explicit Recorder(Clock& clock) : Recorder(clock, Limits()) {}
  Recorder(Clock& clock, Limits limits) : clock_(clock), limits_(limits), start_(clock.ticks()) {}

  void started(std::string_view id, std::string_view host, std::string_view command) override;
  void printed(std::string_view id, std::string_view host, Stream stream, std::string_view line) override;
  void finished(std::string_view id, std::string_view host, const sshkit::CommandEnding& ending) override;
  Timeline::Listener phase_listener();

  // What was recorded so far.
  void add_to(Report& report) const;

 private:
  struct Recorded {
    Report::Step step;
    OutputExcerpt output;
  };
  // Of a running command: the host, and its ID there.
  using Key = std::pair<std::string, std::string>;

  double elapsed() const;
  Recorded* running(std::string_view id, std::string_view host);  // null beyond the limit
  void make_room(OutputExcerpt& current);

  Clock& clock_;
  const Limits limits_;
  const std::chrono::steady_clock::time_point start_;
  mutable std::mutex mutex_;
  std::deque<Recorded> steps_;
  std::map<Key, Recorded*> running_;
  std::deque<OutputExcerpt*> droppable_;
  size_t output_size_ = 0;
  size_t omitted_steps_ = 0;
  std::vector<Report::Phase> phases_;
  bool in_phase_ = false;
};

}  // namespace kamal::cli
