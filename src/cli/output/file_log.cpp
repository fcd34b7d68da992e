#include "cli/output/file_log.h"

#include <fmt/format.h>
#include <spdlog/sinks/basic_file_sink.h>

#include <ctime>

namespace kamal::cli {
namespace {

std::string last_line(const CommandOutcome& outcome) {
  if (!outcome.failure) return fmt::format("# Completed in {:.1f}s", outcome.seconds);
  return fmt::format("# FAILED: {}: {} ({:.1f}s)", outcome.failure->kind, outcome.failure->message,
                     outcome.seconds);
}

class PlainLine : public spdlog::formatter {
 public:
  void format(const spdlog::details::log_msg& line, spdlog::memory_buf_t& file) override {
    const std::string text = plain_text(line) + '\n';
    file.append(text.data(), text.data() + text.size());
  }
  std::unique_ptr<formatter> clone() const override { return std::make_unique<PlainLine>(); }
};

}  // namespace

std::string log_file_name(std::chrono::system_clock::time_point time,
                          const std::optional<std::string>& destination, const LoggedCommand& command) {
  const std::time_t seconds = std::chrono::system_clock::to_time_t(time);
  std::tm local{};
  localtime_r(&seconds, &local);
  return fmt::format("{:04}-{:02}-{:02}T{:02}-{:02}-{:02}{}_{}.log", local.tm_year + 1900, local.tm_mon + 1,
                     local.tm_mday, local.tm_hour, local.tm_min, local.tm_sec,
                     destination ? "_" + *destination : "", command.name);
}

FileLog::FileLog(std::filesystem::path directory, std::optional<std::string> destination, Clock& clock,
                 LogReporter reporter)
    : directory_(std::move(directory)),
      destination_(std::move(destination)),
      clock_(clock),
      reporter_(std::move(reporter)) {}

FileLog::~FileLog() = default;

void FileLog::begin(const LoggedCommand& command) {
  const std::lock_guard lock(mutex_);
  failed_ = false;
  path_ = directory_ / log_file_name(clock_.now(), destination_, command);
  try {
    file_ = std::make_unique<spdlog::sinks::basic_file_sink_st>(path_.string());
    file_->set_formatter(std::make_unique<PlainLine>());
  } catch (const spdlog::spdlog_ex& error) {
    fail(error.what());
  }
}

void FileLog::fail(const std::string& reason) {
  if (!std::exchange(failed_, true)) reporter_.warn(fmt::format("output/file: logging disabled: {}", reason));
}

void FileLog::sink_it_(const spdlog::details::log_msg& line) {
  if (!file_ || failed_) return;
  try {
    file_->log(line);
    file_->flush();
  } catch (const spdlog::spdlog_ex& error) {
    fail(error.what());
  }
}

void FileLog::end(const LoggedCommand&, const CommandOutcome& outcome) {
  {
    const std::lock_guard lock(mutex_);
    sink_it_({{}, spdlog::level::info, last_line(outcome)});
    file_.reset();
    if (failed_) return;
  }
  reporter_.info(fmt::format("Logs written to {}", path_.string()));
}

void FileLog::close() {
  const std::lock_guard lock(mutex_);
  file_.reset();
}

}  // namespace kamal::cli
