#pragma once

#include <optional>

#include "cli/context.h"

namespace kamal::cli {

// What `exec` shows of a command, while in scope: its output under the name of each host or, with --raw, only
// its raw standard output and errors.
class ExecOutput {
 public:
  explicit ExecOutput(Context& context);
  void show(const Host& host, const sshkit::StepResult& result);

 private:
  Context& context_;
  std::optional<sshkit::VerbosityScope> only_errors_;
};

// Ends kamal with the exit status of an interactive program.
struct ExitStatus {
  int status;
};
void exit_unless_successful(int status);

OptionSpec interactive_option();
OptionSpec reuse_option();
OptionSpec raw_option();

}  // namespace kamal::cli
