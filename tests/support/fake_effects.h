#pragma once

#include <chrono>
#include <functional>
#include <mutex>
#include <string>
#include <vector>

#include "kamal/support/interruption.h"
#include "kamal/support/process.h"
#include "kamal/support/system.h"

namespace kamal::test {

// A clock that only moves when somebody sleeps. It starts at 2026-01-02T03:04:05Z.
class FakeClock : public Clock {
 public:
  explicit FakeClock(const Interruption& interruption) : interruption_(interruption) {}

  std::chrono::system_clock::time_point now() override;
  std::chrono::steady_clock::time_point ticks() override;
  bool sleep(std::chrono::milliseconds duration) override;

  void advance(std::chrono::milliseconds duration);
  std::vector<std::chrono::milliseconds> sleeps() const;
  // Called at the beginning of each sleep.
  std::function<void()> when_asleep;

 private:
  const Interruption& interruption_;
  mutable std::mutex mutex_;
  std::chrono::milliseconds elapsed_{0};
  std::vector<std::chrono::milliseconds> sleeps_;
};

// Always the same digits: 0123456789abcdef and on from the start.
class FakeRandom : public Random {
 public:
  std::string hex(size_t bytes) override;
};

// What programs answer.
inline ProcessResult says(std::string out) { return {0, std::move(out), "", false}; }
inline ProcessResult fails(int status, std::string err = "") { return {status, "", std::move(err), false}; }

// Programs that answer from a script, the last fitting answer first, and are remembered. Without an answer
// they succeed and say nothing.
class FakeProcesses : public Processes {
 public:
  struct Call {
    Process process;
    std::string line() const;  // the arguments, blanks between them
    // What the program sees, besides this process's own environment where it gets that; "" when not given.
    std::string env(const std::string& name) const;
    bool has_env(const std::string& name) const;
  };
  using Handler = std::function<ProcessResult(const Process&)>;

  // For command lines that start with `line`.
  void answer(const std::string& line, ProcessResult result);
  void answer(const std::string& line, Handler handler);
  // Runs when the program has written its output, before it ends.
  void before_end_of(const std::string& line, std::function<void()> work) {
    endings_[line] = std::move(work);
  }
  // Hears of every call before it is answered.
  void set_observer(std::function<void(const Call&)> observer) { observer_ = std::move(observer); }

  ProcessResult run(const Process& process, const OutputSink& sink = nullptr) override;
  int run_attached(const Process& process) override;

  std::vector<Call> calls() const;
  std::vector<std::string> lines() const;
  // The only call whose line starts so; throws when there is another number of them.
  Call call(const std::string& line) const;

 private:
  Handler handler_for(const std::string& line) const;

  mutable std::mutex mutex_;
  std::vector<std::pair<std::string, Handler>> handlers_;
  std::map<std::string, std::function<void()>> endings_;
  std::vector<Call> calls_;
  std::function<void(const Call&)> observer_;
};

}  // namespace kamal::test
