#pragma once

#include <chrono>
#include <filesystem>
#include <memory>
#include <mutex>

#include "cli/run_log/log_sink.h"
#include "kamal/support/clock.h"

namespace spdlog {
class logger;
}

namespace kamal::cli {

// YYYY-MM-DDTHH-MM-SS[_DEST]_COMMAND[_SUBCOMMAND].log, in local time.
std::string log_file_name(std::chrono::system_clock::time_point time,
                          const std::optional<std::string>& destination, const LoggedCommand& command);

// `output.file`: a file for each changing command, in a folder that is made when it is not there.
class FileLog : public LogSink {
 public:
  FileLog(std::filesystem::path folder, std::optional<std::string> destination, Clock& clock, LogVoice voice);
  ~FileLog() override;

  void begin(const LoggedCommand& command) override;
  void line(const sshkit::Output::Line& line) override;
  void end(const LoggedCommand& command, const Ending& ending) override;
  void close() override;

 private:
  void open();
  void give_up(const std::string& reason);

  std::filesystem::path folder_;
  std::optional<std::string> destination_;
  Clock& clock_;
  LogVoice voice_;
  std::mutex mutex_;
  std::filesystem::path path_;
  std::unique_ptr<spdlog::logger> logger_;
  bool failed_ = false;
};

}  // namespace kamal::cli
