#pragma once

#include <chrono>
#include <exception>
#include <functional>
#include <optional>
#include <string>
#include <vector>

#include "kamal/sshkit/output.h"
#include "kamal/sshkit/server.h"
#include "kamal/support/interruption.h"
#include "kamal/support/names.h"
#include "kamal/support/process.h"
#include "kamal/support/system.h"

namespace kamal::sshkit {

// A server for recipes: logs the steps it runs and throws if one fails.
class Remote {
 public:
  Remote(Server& server, Output& output, Random& random)
      : server_(server), output_(output), random_(random) {}

  const Host& host() const { return server_.host(); }
  Server& server() { return server_; }
  const Output& output() const { return output_; }
  // Results of all steps; throws CommandFailed if a step stopped the list. Calls `finished` after each step,
  // while later ones run.
  std::vector<StepResult> run(const Steps& steps,
                              const std::function<void(size_t, const StepResult&)>& finished = {});
  StepResult execute(Command command, OnFailure on_failure = OnFailure::stop,
                     LogLevel level = LogLevel::info);
  // Stripped standard output.
  std::string capture(Command command, OnFailure on_failure = OnFailure::stop,
                      LogLevel level = LogLevel::info);

 private:
  Server& server_;
  Output& output_;
  Random& random_;
};

// Whether commands that are not questions run, or are only shown (a dry run).
enum class Changes { make, pretend };

// Runs commands on this machine, logged like those on servers.
class Local {
 public:
  Local(Processes& processes, Output& output, Random& random, Changes changes = Changes::make)
      : processes_(processes), output_(output), random_(random), changes_(changes) {}

  struct Options {
    OnFailure on_failure = OnFailure::stop;
    LogLevel level = LogLevel::info;
    std::optional<std::string> directory{};
    std::vector<std::pair<std::string, std::string>> env{};
    std::function<void(std::string_view line)> on_output{};  // a line of either stream
    bool in_dry_run = false;                                 // runs even if changes are only pretended
    std::optional<std::chrono::milliseconds> timeout{};      // ends with status `timed_out` after it
  };
  static constexpr int timed_out = 124;  // as with timeout(1)
  // Throws CommandFailed.
  StepResult execute(const Command& command, const Options& options);
  StepResult execute(const Command& command) { return execute(command, Options{}); }
  std::string capture(const Command& command) { return execute(command).text(); }

 private:
  Processes& processes_;
  Output& output_;
  Random& random_;
  Changes changes_;
};

struct HostFailure {
  Host host;
  std::string message;
  std::exception_ptr cause;
};

// Failures of tasks on one or more hosts; what() lists all.
class ExecuteError : public std::runtime_error {
 public:
  explicit ExecuteError(std::vector<HostFailure> failures);
  const std::vector<HostFailure>& failures() const { return failures_; }

 private:
  std::vector<HostFailure> failures_;
};

enum class TaskOutcome { done, failed, interrupted };

// Runs recipes on many servers in parallel.
class Executor {
 public:
  Executor(Backend& backend, Output& output, Random& random, const Interruption& interruption)
      : backend_(backend), output_(output), random_(random), interruption_(interruption) {}

  using Recipe = std::function<void(Remote&)>;
  struct Task {
    Host host;
    Recipe recipe;
    std::function<void(TaskOutcome)> ended{};  // always called, even if the host is unreachable
  };
  // One thread per task; hosts may repeat (roles on one host). Waits for all. Throws ExecuteError with all
  // failures, Interrupted after a signal.
  void on_each(const std::vector<Task>& tasks);

 private:
  Server& connected(const Host& host);

  Backend& backend_;
  Output& output_;
  Random& random_;
  const Interruption& interruption_;
};

}  // namespace kamal::sshkit
