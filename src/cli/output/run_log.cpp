#include "cli/output/run_log.h"

#include <fmt/format.h>
#include <spdlog/sinks/basic_file_sink.h>

#include <cmath>
#include <ctime>
#include <exception>

#include "cli/failures.h"
#include "cli/output/otel_log.h"

namespace kamal::cli {
namespace {

double tenths(std::chrono::duration<double> duration) { return std::round(duration.count() * 10) / 10; }

CommandOutcome::Failure current_failure() {
  try {
    throw;
  } catch (const std::exception& error) {
    return {std::string(error_name(error)), error.what()};
  } catch (...) {
    return {"ExitStatus", "a program failed"};
  }
}

LogReporter reporter(const Effects& effects, sshkit::Output& output) {
  return {.info = [&output](const std::string& text) { output.result(text); },
          .warn = [&effects](const std::string& text) { effects.err(fmt::format("WARNING: {}\n", text)); }};
}

// A random UUID, version 4.
std::string new_run_id(Random& random) {
  std::string id = random.hex(16);
  constexpr std::string_view variants = "89ab";
  id[12] = '4';
  id[16] = variants[static_cast<unsigned char>(id[16]) % variants.size()];
  for (const size_t dash : {8, 13, 18, 23}) id.insert(dash, 1, '-');
  return id;
}

OtelAttributes otel_tags(const commands::Tags& tags) {
  OtelAttributes attributes;
  for (const auto& [name, value] : tags) {
    if (name == "performer") attributes.emplace_back("kamal.performer", value);
    if (name == "destination") attributes.emplace_back("deployment.environment.name", value);
    if (name == "version") attributes.emplace_back("kamal.deploy_version", value);
    if (name == "service") attributes.emplace_back("service.namespace", value);
  }
  return attributes;
}

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

std::shared_ptr<LogSink> open_otel_log(const Effects& effects, const std::string& url, OtelRun run,
                                       LogReporter reporter) {
  Endpoint endpoint = parse_endpoint(url, "endpoint");
  run.endpoint = endpoint.display_url();
  if (endpoint.path.ends_with('/')) endpoint.path.pop_back();
  endpoint.path += "/v1/logs";
  const HttpOptions options{.proxy = proxy_for(endpoint, effects.environment),
                            .ca_file = get(effects.environment, "SSL_CERT_FILE"),
                            .ca_directory = get(effects.environment, "SSL_CERT_DIR")};
  const auto post = [endpoint, options](const std::string& body, const Event& cancellation) {
    return http_post(endpoint, options, body, cancellation);
  };
  return std::make_shared<OtelLog>(std::move(run), post, effects.clock, std::move(reporter));
}

}  // namespace

std::string plain_text(const spdlog::details::log_msg& line) {
  return printable({line.payload.data(), line.payload.size()});
}

RunLog::RunLog(sshkit::Output& output, Clock& clock, std::string command,
               std::vector<std::shared_ptr<LogSink>> sinks)
    : output_(output), clock_(clock), command_(std::move(command)), sinks_(std::move(sinks)) {
  for (const auto& sink : sinks_) output_.add_log(sink);
}

RunLog::~RunLog() {
  for (const auto& sink : sinks_) output_.remove_log(sink);
}

void RunLog::record(const std::function<void()>& work) {
  if (recording_) return work();
  const auto begin = clock_.ticks();
  recording_ = true;
  for (const auto& sink : sinks_) sink->begin(command_);
  try {
    work();
  } catch (...) {
    end(current_failure(), begin);
    throw;
  }
  end(std::nullopt, begin);
}

void RunLog::end(std::optional<CommandOutcome::Failure> failure,
                 std::chrono::steady_clock::time_point begin) {
  recording_ = false;
  const CommandOutcome outcome{tenths(clock_.ticks() - begin), std::move(failure)};
  for (const auto& sink : sinks_) sink->end(command_, outcome);
}

void RunLog::close() {
  for (const auto& sink : sinks_) sink->close();
}

std::string log_file_name(std::chrono::system_clock::time_point time,
                          const std::optional<std::string>& destination, const std::string& command) {
  const std::time_t seconds = std::chrono::system_clock::to_time_t(time);
  std::tm local{};
  localtime_r(&seconds, &local);
  return fmt::format("{:04}-{:02}-{:02}T{:02}-{:02}-{:02}{}_{}.log", local.tm_year + 1900, local.tm_mon + 1,
                     local.tm_mday, local.tm_hour, local.tm_min, local.tm_sec,
                     destination ? "_" + *destination : "", command);
}

FileLog::FileLog(std::filesystem::path directory, std::optional<std::string> destination, Clock& clock,
                 LogReporter reporter)
    : directory_(std::move(directory)),
      destination_(std::move(destination)),
      clock_(clock),
      reporter_(std::move(reporter)) {}

FileLog::~FileLog() = default;

void FileLog::begin(const std::string& command) {
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

void FileLog::end(const std::string&, const CommandOutcome& outcome) {
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

std::unique_ptr<RunLog> open_run_log(const Effects& effects, const config::Configuration& config,
                                     const std::string& command, sshkit::Output& output,
                                     const std::function<commands::TagMetadata()>& tag_facts) {
  const LogReporter reporter = cli::reporter(effects, output);
  std::vector<std::shared_ptr<LogSink>> sinks;
  if (config.output.file_path) {
    std::optional<std::string> destination;
    if (config.destination) destination = config.destination->str();
    sinks.push_back(
        std::make_shared<FileLog>(*config.output.file_path, destination, effects.clock, reporter));
  }
  if (config.output.otel_endpoint) {
    try {
      OtelRun run{.id = new_run_id(effects.random),
                  .service = config.service,
                  .endpoint = {},
                  .tags = otel_tags(commands::default_tags(config, tag_facts()))};
      sinks.push_back(open_otel_log(effects, *config.output.otel_endpoint, std::move(run), reporter));
    } catch (const EndpointError& error) {
      reporter.warn(fmt::format("output/otel: logging disabled: {}", error.what()));
    }
  }
  if (sinks.empty()) return nullptr;
  return std::make_unique<RunLog>(output, effects.clock, command, std::move(sinks));
}

}  // namespace kamal::cli
