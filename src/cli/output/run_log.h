#pragma once

#include <spdlog/sinks/base_sink.h>

#include <chrono>
#include <filesystem>
#include <functional>
#include <memory>
#include <optional>
#include <string>
#include <vector>

#include "kamal/cli/run.h"
#include "kamal/commands/hook.h"
#include "kamal/sshkit/output.h"
#include "kamal/support/system.h"

namespace kamal::cli {

struct CommandOutcome {
  struct Failure {
    std::string kind, message;
  };
  double seconds = 0;  // to a tenth
  std::optional<Failure> failure{};
};

// Where a log reports its own status: standard output, and standard error for warnings.
struct LogReporter {
  std::function<void(const std::string&)> info;
  std::function<void(const std::string&)> warn;
};

// A line of the run's output without color, for sinks.
std::string plain_text(const spdlog::details::log_msg& line);

// A log besides the terminal: a sink of the run's logger that is also notified of changing commands. Failures
// are warnings and never stop the run: nothing here throws, and lines must not block.
class LogSink : public spdlog::sinks::base_sink<std::mutex> {
 public:
  // `command` is the first name of one that changes servers: of `kamal app boot`, Kamal logs the group, app.
  virtual void begin(const std::string& command) = 0;
  virtual void end(const std::string& command, const CommandOutcome& outcome) = 0;
  virtual void close() = 0;  // no lines after this

 protected:
  void flush_() override {}
};

// YYYY-MM-DDTHH-MM-SS[_DEST]_COMMAND[_SUBCOMMAND].log, in local time.
std::string log_file_name(std::chrono::system_clock::time_point time,
                          const std::optional<std::string>& destination, const std::string& command);

// `output.file`: a file per changing command, in a directory that is created if missing.
class FileLog : public LogSink {
 public:
  FileLog(std::filesystem::path directory, std::optional<std::string> destination, Clock& clock,
          LogReporter reporter);
  ~FileLog() override;

  void begin(const std::string& command) override;
  void end(const std::string& command, const CommandOutcome& outcome) override;
  void close() override;

 private:
  void sink_it_(const spdlog::details::log_msg& line) override;
  void fail(const std::string& reason);

  std::filesystem::path directory_;
  std::optional<std::string> destination_;
  Clock& clock_;
  LogReporter reporter_;
  std::filesystem::path path_;
  std::unique_ptr<spdlog::sinks::sink> file_;  // null while no command runs
  bool failed_ = false;
};

// The logs of one run: while in scope, `output` also goes to every sink.
class RunLog {
 public:
  RunLog(sshkit::Output& output, Clock& clock, std::string command,
         std::vector<std::shared_ptr<LogSink>> sinks);
  ~RunLog();
  RunLog(const RunLog&) = delete;
  RunLog& operator=(const RunLog&) = delete;

  // Runs work that changes servers, between a begin and an end in the logs. Nested calls just run.
  void record(const std::function<void()>& work);
  // Sends what remains; may take some seconds.
  void close();

 private:
  void end(std::optional<CommandOutcome::Failure> failure, std::chrono::steady_clock::time_point begin);

  sshkit::Output& output_;
  Clock& clock_;
  const std::string command_;
  const std::vector<std::shared_ptr<LogSink>> sinks_;
  bool recording_ = false;
};

// The logs of output.file and output.otel; null if neither is configured. Reports settings that can't work.
// `tag_facts` is called for output.otel only.
std::unique_ptr<RunLog> open_run_log(const Effects& effects, const config::Configuration& config,
                                     const std::string& command, sshkit::Output& output,
                                     const std::function<commands::TagMetadata()>& tag_facts);

}  // namespace kamal::cli
