#pragma once

#include <exception>
#include <filesystem>
#include <memory>

#include "cli/report/recorder.h"
#include "cli/report/report.h"

namespace kamal::cli {

OptionSpec report_option();

// --report: follows a run from here on, and writes what it did.
class ReportFile {
 public:
  // Throws UsageError if the file can't be written or its name has no known ending.
  ReportFile(const Invocation& invocation, const Effects& effects, sshkit::Output& output);
  ~ReportFile();
  ReportFile(const ReportFile&) = delete;
  ReportFile& operator=(const ReportFile&) = delete;

  // Adds phases, names and hosts; called when the configuration is loaded.
  void follow(Context& context);
  void add_versions(const VersionChanges& versions) { report_.versions = versions; }
  // Writes the file, with the failure that ended the run, or null. A file that can't be written is a warning.
  void write(const std::exception_ptr& failure);

 private:
  void add_failure(const std::exception_ptr& failure);
  std::string content() const;

  const Effects& effects_;
  sshkit::Output& output_;
  const std::filesystem::path path_;
  Report report_;
  Recorder recorder_;
};

// Null without --report.
std::unique_ptr<ReportFile> open_report(const Invocation& invocation, const Effects& effects,
                                        sshkit::Output& output);

}  // namespace kamal::cli
