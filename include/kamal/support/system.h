#pragma once

#include "kamal/support/clock.h"
#include "kamal/support/interruption.h"
#include "kamal/support/process.h"
#include "kamal/support/random.h"

namespace kamal {

// The real effects, made by main() and handed down.

class SystemClock : public Clock {
 public:
  explicit SystemClock(const Interruption& interruption) : interruption_(interruption) {}
  std::chrono::system_clock::time_point now() override;
  std::chrono::steady_clock::time_point ticks() override;
  bool sleep(std::chrono::milliseconds duration) override;

 private:
  const Interruption& interruption_;
};

class SystemRandom : public Random {
 public:
  std::string hex(size_t bytes) override;
};

class SystemProcesses : public Processes {
 public:
  explicit SystemProcesses(const Interruption& interruption) : interruption_(interruption) {}
  ProcessResult run(const Process& process, const OutputSink& sink = nullptr) override;
  int run_attached(const Process& process) override;

 private:
  const Interruption&
      interruption_;  // an interrupted run() passes the signal to the child and throws Interrupted
};

}  // namespace kamal
