#include "cli/report/report_file.h"

#include <fmt/format.h>

#include <algorithm>
#include <utility>

#include "cli/deploy/closing_block.h"
#include "cli/exec.h"
#include "cli/failures.h"
#include "kamal/support/files.h"
#include "kamal/support/quoting.h"

namespace kamal::cli {
namespace {

constexpr const char* page_ending = ".html";
constexpr const char* json_ending = ".json";
constexpr size_t nonce_bytes = 16;
constexpr mode_t file_mode = 0600;  // it holds the output of programs

// Without options: their values are not for everyone.
std::string command_text(const Invocation& invocation) {
  std::string text = full_name(invocation.path);
  for (const std::string& argument : invocation.arguments) text += " " + shell_quote(argument);
  return text;
}

std::filesystem::path checked_path(const Options& options) {
  std::filesystem::path path = options.text("report").value_or("");
  const std::string ending = path.extension().string();
  if (ending != page_ending && ending != json_ending)
    throw UsageError(
        fmt::format("--report must end in {} or {}, not \"{}\"", page_ending, json_ending, path.string()));
  if (options.flag("dry_run"))
    throw UsageError("--report can't be used with --dry-run: nothing runs that it could report");
  try {
    check_writable(path);
  } catch (const FileError& error) {
    throw UsageError(fmt::format("--report: {}", error.what()));
  }
  return path;
}

}  // namespace

OptionSpec report_option() {
  OptionSpec option =
      value_option(OptionSpec::Kind::text, "--report FILE", "Write a report of the run (.html or .json)");
  option.completes = Completes::files;
  return option;
}

ReportFile::ReportFile(const Invocation& invocation, const Effects& effects, sshkit::Output& output)
    : effects_(effects), output_(output), path_(checked_path(invocation.options)), recorder_(effects.clock) {
  report_.command = command_text(invocation);
  report_.started = effects.clock.now();
  output_.add_observer(recorder_);
}

ReportFile::~ReportFile() { output_.remove_observer(recorder_); }

void ReportFile::follow(Context& context) {
  context.timeline.add_listener(recorder_.phase_listener());
  report_.service = context.config.service;
  if (context.config.destination) report_.destination = context.config.destination->str();
  for (const Host& host : context.selection().hosts()) {
    report_.hosts.push_back({host, mapped(context.selection().roles_on(host),
                                          [](const config::Role* role) { return role->name; })});
  }
}

void ReportFile::add_failure(const std::exception_ptr& failure) {
  const auto add = [&](const Host& host, const std::exception_ptr& cause, const std::string& message) {
    report_.failures.push_back({host, output_.readable(reason_of(cause)), output_.readable(message)});
  };
  try {
    std::rethrow_exception(failure);
  } catch (const FailedRun& run) {
    report_.closing_block = output_.readable(run.closing_block);
    add_failure(run.cause);
  } catch (const sshkit::ExecuteError& error) {
    for (const sshkit::HostFailure& host : error.failures()) {
      if (!caused_by<HaltedAtBarrier>(host)) add(host.host, host.cause, host.message);
    }
  } catch (const Interrupted&) {
  } catch (const ExitStatus& exit) {
    const std::string text = fmt::format("Exit status {}", exit.status);
    report_.failures.push_back({{}, text, text});
  } catch (const std::exception& error) {
    add({}, failure, error.what());
  }
}

std::string ReportFile::content() const {
  return path_.extension() == json_ending ? report_json(report_)
                                          : report_page(report_, effects_.random.hex(nonce_bytes));
}

void ReportFile::write(const std::exception_ptr& failure) {
  if (failure) {
    const bool interrupted = effects_.interruption.signal() != 0;
    report_.outcome = interrupted ? Report::Outcome::interrupted : Report::Outcome::failed;
    add_failure(failure);
  }
  recorder_.add_to(report_);
  try {
    write_file(path_, content(), file_mode);
  } catch (const std::exception& error) {
    effects_.err(fmt::format("WARNING: No report: {}\n", error.what()));
    return;
  }
  if (output_.verbosity() != sshkit::Verbosity::error)  // standard output may be a result, such as JSON
    effects_.err(fmt::format("Report written to {}\n", path_.string()));
}

std::unique_ptr<ReportFile> open_report(const Invocation& invocation, const Effects& effects,
                                        sshkit::Output& output) {
  if (!invocation.options.is_set("report")) return nullptr;
  return std::make_unique<ReportFile>(invocation, effects, output);
}

}  // namespace kamal::cli
