#include "cli/output/file_log.h"

#include <fmt/format.h>
#include <spdlog/logger.h>
#include <spdlog/sinks/basic_file_sink.h>

#include <ctime>

namespace kamal::cli {
namespace {

std::string last_line(const CommandOutcome& outcome) {
  if (!outcome.failure) return fmt::format("# Completed in {:.1f}s", outcome.seconds);
  return fmt::format("# FAILED: {}: {} ({:.1f}s)", outcome.failure->kind, outcome.failure->message,
                     outcome.seconds);
}

void write(spdlog::logger& logger, std::string_view text) {
  logger.log(spdlog::level::info, spdlog::string_view_t(text.data(), text.size()));
}

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
    open();
  } catch (const spdlog::spdlog_ex& error) {
    fail(error.what());
  }
}

// Flushes every line, for those who follow the file.
void FileLog::open() {
  const auto sink = std::make_shared<spdlog::sinks::basic_file_sink_mt>(path_.string());
  logger_ = std::make_unique<spdlog::logger>("run", sink);
  logger_->set_pattern("%v");
  logger_->flush_on(spdlog::level::trace);
  logger_->set_error_handler([this](const std::string& reason) { fail(reason); });
}

void FileLog::fail(const std::string& reason) {
  if (!std::exchange(failed_, true)) reporter_.warn(fmt::format("output/file: logging disabled: {}", reason));
}

void FileLog::line(const sshkit::Output::Line& line) {
  const std::lock_guard lock(mutex_);
  if (!logger_ || failed_) return;
  std::string_view text = line.text;
  if (text.ends_with('\n')) text.remove_suffix(1);
  write(*logger_, text);
}

void FileLog::end(const LoggedCommand&, const CommandOutcome& outcome) {
  {
    const std::lock_guard lock(mutex_);
    if (logger_) write(*logger_, last_line(outcome));
    logger_.reset();
    if (failed_) return;
  }
  reporter_.info(fmt::format("Logs written to {}", path_.string()));
}

void FileLog::close() {
  const std::lock_guard lock(mutex_);
  logger_.reset();
}

}  // namespace kamal::cli
