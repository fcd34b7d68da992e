#pragma once

#include <exception>
#include <string>

#include "cli/arguments/options.h"
#include "cli/timeline.h"
#include "kamal/cli/run.h"
#include "kamal/sshkit/output.h"

namespace kamal::cli {

// A CI service with foldable logs, detected by its environment: GITHUB_ACTIONS or GITLAB_CI is true.
enum class CiService { none, github, gitlab };

// automatic: live lines on a terminal in commands with phases, folded logs in CI. live: on a terminal, in all
// commands.
enum class ProgressType { automatic, plain, live };

// By --progress, or else KAMAL_PROGRESS. Throws UsageError.
ProgressType progress_type(const EnvironmentMap& environment, const Options& options);

// None if disabled by plain progress or --quiet.
CiService ci_service(const EnvironmentMap& environment, const Options& options);

// Folds the log of each phase.
Timeline::Listener folding(CiService service, const Effects& effects, sshkit::Output& output);

// Annotates a failure in the service's view of the run, with file and line for each problem in a
// configuration file.
void annotate_failure(CiService service, const Effects& effects, const std::exception_ptr& failure);

// Adds Markdown to the job's summary, if the service has one (GITHUB_STEP_SUMMARY). Warns if it can't be
// written.
void add_job_summary(CiService service, const Effects& effects, const std::string& markdown);

OptionSpec progress_option();

}  // namespace kamal::cli
