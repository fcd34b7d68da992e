#pragma once

#include <functional>
#include <optional>
#include <string>
#include <vector>

#include "kamal/sshkit/error.h"
#include "kamal/sshkit/output.h"
#include "kamal/sshkit/server.h"
#include "kamal/sshkit/step.h"
#include "kamal/support/interruption.h"
#include "kamal/support/names.h"
#include "kamal/support/process.h"
#include "kamal/support/random.h"

namespace kamal::sshkit {

// A server as a recipe sees it: steps run, are shown, and fail with an exception.
class Remote {
 public:
  Remote(Server& server, Output& output, Random& random)
      : server_(server), output_(output), random_(random) {}

  const Host& host() const { return server_.host(); }
  Server& server() { return server_; }
  // Results of all steps; throws CommandFailed where a step stopped the list. `finished` hears of each step's
  // end at once, while later steps still run.
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

// Commands on this machine, shown like those on servers.
class Local {
 public:
  Local(Processes& processes, Output& output, Random& random)
      : processes_(processes), output_(output), random_(random) {}

  struct Options {
    OnFailure on_failure = OnFailure::stop;
    LogLevel level = LogLevel::info;
    std::optional<std::string> directory;
    std::vector<std::pair<std::string, std::string>> env;
  };
  // Throws CommandFailed.
  StepResult execute(const Command& command, const Options& options);
  StepResult execute(const Command& command) { return execute(command, Options{}); }
  std::string capture(const Command& command) { return execute(command).text(); }

 private:
  Processes& processes_;
  Output& output_;
  Random& random_;
};

// Runs a recipe on many servers at once.
class Executor {
 public:
  Executor(Backend& backend, Output& output, Random& random, const Interruption& interruption)
      : backend_(backend), output_(output), random_(random), interruption_(interruption) {}

  using Recipe = std::function<void(Remote&)>;
  // A thread per host; waits for all; throws ExecuteError with every failure, Interrupted when a signal came.
  void on(const std::vector<Host>& hosts, const Recipe& recipe);
  // The same for pairs of a host and whatever else (a role): `tasks` run side by side, hosts may repeat.
  struct Task {
    Host host;
    Recipe recipe;
    std::function<void()> ended{};  // whatever became of it, even where the host can't be reached
  };
  void on_each(const std::vector<Task>& tasks);

 private:
  Backend& backend_;
  Output& output_;
  Random& random_;
  const Interruption& interruption_;
};

}  // namespace kamal::sshkit
