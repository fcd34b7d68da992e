#pragma once

#include <functional>
#include <initializer_list>
#include <optional>
#include <string>
#include <vector>

#include "cli/context.h"
#include "kamal/commands/base.h"

// Shared by the `exec` commands of the app, the accessories and the servers.
namespace kamal::cli {

// Throws UsageError if one of the other options is given together with this one.
void refuse_with(const Context& context, const char* option, std::initializer_list<const char*> others);
// Throws UsageError if the text is blank.
void require_command(const std::string& text, const char* usage);

// How `exec` shows a command, while in scope: its output under the name of each host or, with --raw, only its
// raw standard output and errors.
class ExecOutput {
 public:
  explicit ExecOutput(Context& context);
  void show(const Host& host, const sshkit::StepResult& result);

 private:
  Context& context_;
  std::optional<sshkit::VerbosityScope> only_errors_;
};

// Makes kamal exit with the status of an interactive program.
struct ExitStatus {
  int status;
};
// Runs it with kamal's own input and output; throws ExitStatus unless it succeeds.
void run_interactively(Context& context, const Host& host, const Command& command);
// Likewise in a container of the image: with --reuse in the existing one, else in a new one, for which the
// host logs in to the registry.
void run_interactively_in_container(Context& context, const Host& host, const std::string& image,
                                    const std::function<Command(commands::Interaction)>& command);

// "existing" with --reuse, else "new".
const char* which_container(const Context& context);

OptionSpec interactive_option();
OptionSpec reuse_option();
OptionSpec raw_option();

}  // namespace kamal::cli
