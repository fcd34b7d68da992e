#pragma once

#include <chrono>
#include <exception>
#include <functional>
#include <optional>
#include <string>
#include <utility>
#include <vector>

#include "cli/app/fleet.h"
#include "cli/context.h"

namespace kamal::cli {

// Ends a run that failed or was interrupted: the cause, and the resulting state for the user.
struct FailedRun : std::exception {
  FailedRun(std::exception_ptr why, std::string block)
      : cause(std::move(why)), closing_block(std::move(block)) {}
  const char* what() const noexcept override { return closing_block.c_str(); }

  std::exception_ptr cause;
  std::string closing_block;  // lines
};

// Runs the work of a command that changes which version runs. On failure, inspects the app's hosts, for 10 s
// at most, and throws FailedRun. `what` is a noun (deploy); `version` is only called on failure. `again` is
// the command line that does the rest of the work.
void with_closing_block(Context& context, const std::string& what,
                        const std::function<std::optional<Version>()>& version,
                        const std::function<void()>& work, const std::vector<std::string>& again);
// Likewise, if the command line of this run does that.
void with_closing_block(Context& context, const std::string& what,
                        const std::function<std::optional<Version>()>& version,
                        const std::function<void()>& work);

// The options that select the configuration, the servers and whether hooks run, as given: " -d staging".
std::string options_text(const Context& context);

// The content of the block.
struct Closing {
  std::optional<Version> version;  // that was to run
  bool interrupted = false;
  Fleet fleet;
  std::string lock;     // a sentence
  std::string again;    // the command line that failed
  std::string options;  // to repeat in other commands: " -d staging"
  std::chrono::system_clock::time_point now;
};
std::string closing_block(const Closing& closing, const config::Configuration& config);

}  // namespace kamal::cli
