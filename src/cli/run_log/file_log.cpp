#include "cli/run_log/file_log.h"

#include <fmt/format.h>
#include <spdlog/logger.h>
#include <spdlog/sinks/basic_file_sink.h>

#include <ctime>

namespace kamal::cli {
namespace {

std::string last_line(const Ending& ending) {
  if (!ending.failure) return fmt::format("# Completed in {:.1f}s", ending.seconds);
  return fmt::format("# FAILED: {}: {} ({:.1f}s)", ending.failure->type, ending.failure->message,
                     ending.seconds);
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

FileLog::FileLog(std::filesystem::path folder, std::optional<std::string> destination, Clock& clock,
                 LogVoice voice)
    : folder_(std::move(folder)),
      destination_(std::move(destination)),
      clock_(clock),
      voice_(std::move(voice)) {}

FileLog::~FileLog() = default;

void FileLog::begin(const LoggedCommand& command) {
  const std::lock_guard lock(mutex_);
  failed_ = false;
  path_ = folder_ / log_file_name(clock_.now(), destination_, command);
  try {
    open();
  } catch (const spdlog::spdlog_ex& error) {
    give_up(error.what());
  }
}

// Whoever follows the file sees each line at once.
void FileLog::open() {
  const auto sink = std::make_shared<spdlog::sinks::basic_file_sink_mt>(path_.string());
  logger_ = std::make_unique<spdlog::logger>("run", sink);
  logger_->set_pattern("%v");
  logger_->flush_on(spdlog::level::trace);
  logger_->set_error_handler([this](const std::string& reason) { give_up(reason); });
}

void FileLog::give_up(const std::string& reason) {
  if (!std::exchange(failed_, true)) voice_.warn(fmt::format("output/file: no log is kept: {}", reason));
}

void FileLog::line(const sshkit::Output::Line& line) {
  const std::lock_guard lock(mutex_);
  if (!logger_ || failed_) return;
  std::string_view text = line.text;
  if (text.ends_with('\n')) text.remove_suffix(1);
  write(*logger_, text);
}

void FileLog::end(const LoggedCommand&, const Ending& ending) {
  {
    const std::lock_guard lock(mutex_);
    if (logger_) write(*logger_, last_line(ending));
    logger_.reset();
    if (failed_) return;
  }
  voice_.tell(fmt::format("Logs written to {}", path_.string()));
}

void FileLog::close() {
  const std::lock_guard lock(mutex_);
  logger_.reset();
}

}  // namespace kamal::cli
