#include "kamal/support/processes_in.h"

namespace kamal {

ProcessResult ProcessesIn::run(const Process& process, const OutputSink& sink) {
  return processes_.run(placed(process), sink);
}

int ProcessesIn::run_attached(const Process& process) { return processes_.run_attached(placed(process)); }

Process ProcessesIn::placed(Process process) const {
  if (!process.environment) process.environment = environment_;
  return process;
}

}  // namespace kamal
