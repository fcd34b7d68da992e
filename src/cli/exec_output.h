#pragma once

#include <optional>

#include "cli/context.h"

namespace kamal::cli {

// What `exec` shows of a command, for the time of its life: its output under the name of each host or, with
// --raw, its standard output as it is and nothing else but errors.
class ExecOutput {
 public:
  explicit ExecOutput(Context& context);
  void show(const Host& host, const sshkit::StepResult& result);

 private:
  Context& context_;
  std::optional<sshkit::VerbosityScope> only_errors_;
};

}  // namespace kamal::cli
