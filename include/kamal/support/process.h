#pragma once

#include <chrono>
#include <filesystem>
#include <functional>
#include <optional>
#include <string>
#include <string_view>
#include <utility>
#include <vector>

#include "kamal/support/system.h"

namespace kamal {

class Interruption;

// Whether a program may prompt: standard input (unless given) and standard error are then this
// process's own, and it stays in the terminal's foreground. Its standard error is not collected.
enum class Terminal { none, shared };

// A program on this machine.
struct Process {
  std::vector<std::string> argv{};                         // argv[0] is looked up on the child's PATH
  std::optional<EnvironmentMap> environment{};             // instead of this process's own
  std::vector<std::pair<std::string, std::string>> env{};  // on top of it
  std::optional<std::filesystem::path> directory{};        // working directory
  std::optional<std::string> input{};                      // standard input; /dev/null when absent
  std::optional<std::chrono::milliseconds> timeout{};  // the program and its descendants are killed after it
  std::optional<size_t> max_output{};                  // bytes; likewise if exceeded
  Terminal terminal = Terminal::none;                  // of run()
};

enum class Stream { out, err };
// Called with pieces of output as they arrive, from the thread that waits.
using OutputSink = std::function<void(Stream, std::string_view)>;

// The exit status of shells and of timeout(1) for a missing program.
inline constexpr int program_not_found = 127;

struct ProcessResult {
  int status = 0;  // exit status; 128 + signal when killed; or program_not_found
  std::string out;
  std::string err;
  bool timed_out = false;
  bool output_limit_exceeded = false;
  bool ok() const { return status == 0; }
};

// Runs programs on this machine.
class Processes {
 public:
  virtual ~Processes() = default;
  // Waits for the end. Output is collected and, if there is a sink, forwarded as well.
  virtual ProcessResult run(const Process& process, const OutputSink& sink = nullptr) = 0;
  // With this process's own standard streams and terminal; returns its exit status.
  virtual int run_attached(const Process& process) = 0;
};

// Allows this process as many open files as the system permits, since each server takes several. Programs
// that it starts keep the limit that it had at first. To be called once, before there are threads.
void raise_file_limit();
// Async-signal-safe: for a child that is about to call exec.
void restore_file_limit();

// Reports what an interrupted run is waiting for.
using ProcessNotice = std::function<void(const std::string&)>;

// run() waits for the program, not for its children that keep its output open. If interrupted, it forwards
// the signal and throws Interrupted.
class SystemProcesses : public Processes {
 public:
  explicit SystemProcesses(const Interruption& interruption, ProcessNotice notice = nullptr)
      : interruption_(interruption), notice_(std::move(notice)) {}
  ProcessResult run(const Process& process, const OutputSink& sink = nullptr) override;
  int run_attached(const Process& process) override;

 private:
  const Interruption& interruption_;
  const ProcessNotice notice_;
};

// Runs programs in this environment instead of the process's own, unless they set one.
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
