#pragma once

#include <chrono>
#include <filesystem>
#include <memory>

#include "cli/output/run_log.h"
#include "kamal/support/system.h"

namespace spdlog::sinks {
class sink;
}

namespace kamal::cli {

// YYYY-MM-DDTHH-MM-SS[_DEST]_COMMAND[_SUBCOMMAND].log, in local time.
std::string log_file_name(std::chrono::system_clock::time_point time,
                          const std::optional<std::string>& destination, const LoggedCommand& command);

// `output.file`: a file per changing command, in a directory that is created if missing.
class FileLog : public LogSink {
 public:
  FileLog(std::filesystem::path directory, std::optional<std::string> destination, Clock& clock,
          LogReporter reporter);
  ~FileLog() override;

  void begin(const LoggedCommand& command) override;
  void end(const LoggedCommand& command, const CommandOutcome& outcome) override;
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

}  // namespace kamal::cli
