#pragma once

#include "kamal/support/process.h"

namespace kamal {

// Runs programs in this environment instead of the process's own, but for those that bring one.
class ProcessesIn : public Processes {
 public:
  ProcessesIn(EnvironmentMap environment, Processes& processes)
      : environment_(std::move(environment)), processes_(processes) {}

  ProcessResult run(const Process& process, const OutputSink& sink = nullptr) override;
  int run_attached(const Process& process) override;

 private:
  Process placed(Process process) const;

  const EnvironmentMap environment_;
  Processes& processes_;
};

}  // namespace kamal
