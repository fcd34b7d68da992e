#include "cli/output/ci.h"

#include <fmt/format.h>

#include <cerrno>
#include <cstring>
#include <filesystem>
#include <fstream>

#include "cli/deploy/closing_block.h"
#include "cli/exec.h"
#include "cli/failures.h"
#include "kamal/support/readable.h"
#include "kamal/support/strings.h"
#include "kamal/yaml/value.h"

namespace kamal::cli {
namespace {

constexpr const char *automatic = "auto", *plain = "plain", *live = "live";

bool is_true(const EnvironmentMap& environment, const std::string& name) {
  return get(environment, name) == "true";
}

// GitHub's workflow commands: ::error file=config/deploy.yml,line=3::message
std::string escaped_message(const std::string& text) {
  return replace_all(replace_all(replace_all(text, "%", "%25"), "\r", "%0D"), "\n", "%0A");
}

std::string escaped_property(const std::string& text) {
  return replace_all(replace_all(escaped_message(text), ":", "%3A"), ",", "%2C");
}

// Relative to the repository: the job may have changed into a subdirectory.
std::string path_in_repository(const std::string& file, const EnvironmentMap& environment) {
  const std::optional<std::string> root = get(environment, "GITHUB_WORKSPACE");
  if (!root) return file;
  std::error_code failed;
  const std::filesystem::path relative = std::filesystem::proximate(file, *root, failed);
  return failed || relative.string().starts_with("..") ? file : relative.string();
}

std::string annotation(const std::string& message) {
  return fmt::format("::error title=kamal::{}\n", escaped_message(printable(message)));
}

std::string annotation(const Problem& problem, const EnvironmentMap& environment) {
  if (problem.mark.line == 0) return annotation(problem.text());
  return fmt::format("::error title=kamal,file={},line={}::{}\n",
                     escaped_property(path_in_repository(problem.mark.file, environment)), problem.mark.line,
                     escaped_message(printable(problem.text())));
}

// Annotates the problems in files; false if there are none.
bool annotate_problems(const Effects& effects, const std::exception_ptr& failure) {
  try {
    std::rethrow_exception(failure);
  } catch (const ConfigurationError& error) {
    for (const Problem& problem : error.problems()) effects.err(annotation(problem, effects.environment));
    return !error.problems().empty();
  } catch (...) {
    return false;
  }
}

void annotate_for_github(const Effects& effects, const std::exception_ptr& failure) {
  try {
    std::rethrow_exception(failure);
  } catch (const FailedRun& run) {
    if (!annotate_problems(effects, run.cause)) effects.err(annotation(first_line(run.closing_block)));
    add_job_summary(CiService::github, effects, fmt::format("```\n{}```\n", printable(run.closing_block)));
  } catch (const ExitStatus&) {  // of the user's own command
  } catch (const std::exception& error) {
    if (!annotate_problems(effects, failure)) effects.err(annotation(reason_of(error)));
  }
}

}  // namespace

ProgressType progress_type(const EnvironmentMap& environment, const Options& options) {
  const std::optional<std::string> option = options.text("progress");
  const std::string name = option ? *option : get(environment, "KAMAL_PROGRESS").value_or("");
  if (name == plain) return ProgressType::plain;
  if (name == live) return ProgressType::live;
  if (!name.empty() && name != automatic)
    throw UsageError(fmt::format("KAMAL_PROGRESS must be auto, plain or live, not \"{}\"", name));
  return ProgressType::automatic;
}

CiService ci_service(const EnvironmentMap& environment, const Options& options) {
  if (progress_type(environment, options) == ProgressType::plain || options.flag("quiet"))
    return CiService::none;
  if (is_true(environment, "GITHUB_ACTIONS")) return CiService::github;
  return is_true(environment, "GITLAB_CI") ? CiService::gitlab : CiService::none;
}

Timeline::Listener folding(CiService service, const Effects& effects, sshkit::Output& output) {
  if (service == CiService::github) {
    return {.began =
                [&output](const std::string& phase) {
                  output.raw(fmt::format("::group::{}\n", capitalized(phase)));
                },
            .ended = [&output](const std::string&) { output.raw("::endgroup::\n"); }};
  }
  if (service == CiService::none) return {};
  // GitLab reads the line up to the carriage return, and does not show it.
  const auto mark = [&effects, &output](const char* which, const std::string& phase,
                                        const std::string& title) {
    const auto now = std::chrono::system_clock::to_time_t(effects.clock.now());
    output.raw(fmt::format("\x1b[0Ksection_{}:{}:kamal_{}\r\x1b[0K{}\n", which, now, phase, title));
  };
  return {.began = [mark](const std::string& phase) { mark("start", phase, capitalized(phase)); },
          .ended = [mark](const std::string& phase) { mark("end", phase, ""); }};
}

void annotate_failure(CiService service, const Effects& effects, const std::exception_ptr& failure) {
  if (service == CiService::github) annotate_for_github(effects, failure);
}

void add_job_summary(CiService service, const Effects& effects, const std::string& markdown) {
  if (service != CiService::github) return;
  const std::optional<std::string> path = get(effects.environment, "GITHUB_STEP_SUMMARY");
  if (!path || path->empty()) return;
  std::ofstream file(*path, std::ios::app);
  file << markdown;
  file.close();
  if (!file) effects.err(fmt::format("WARNING: Could not write {}: {}\n", *path, strerror(errno)));
}

OptionSpec progress_option() {
  return choice_option("--progress TYPE", "Live lines on a terminal, folded logs in CI",
                       {automatic, plain, live}, "");
}

}  // namespace kamal::cli
