#include "cli/output/otel_log.h"

#include <fmt/format.h>

#include <algorithm>
#include <array>
#include <iterator>
#include <nlohmann/json.hpp>
#include <system_error>

#include "kamal/support/interruption.h"
#include "kamal/support/strings.h"
#include "kamal/support/version.h"

namespace kamal::cli {
namespace {

using Json = nlohmann::ordered_json;
using sshkit::Severity;

constexpr std::array deployments = {"deploy", "redeploy", "rollback", "setup"};

struct OtelSeverity {
  int number;
  const char* text;
};

// In the order of Severity.
constexpr std::array<OtelSeverity, 4> severities = {{{5, "DEBUG"}, {9, "INFO"}, {13, "WARN"}, {17, "ERROR"}}};

Severity severity_of(spdlog::level::level_enum level) {
  if (level <= spdlog::level::debug) return Severity::debug;
  if (level == spdlog::level::info) return Severity::info;
  return level == spdlog::level::warn ? Severity::warn : Severity::error;
}

Json encode(const OtelAttributes& attributes) {
  Json list = Json::array();
  for (const auto& [key, value] : attributes) {
    const Json typed = std::holds_alternative<double>(value)
                           ? Json{{"doubleValue", std::get<double>(value)}}
                           : Json{{"stringValue", std::get<std::string>(value)}};
    list.push_back({{"key", key}, {"value", typed}});
  }
  return list;
}

// The protocol's JSON has 64-bit integers as strings.
std::string nanoseconds(std::chrono::system_clock::time_point time) {
  return std::to_string(
      std::chrono::duration_cast<std::chrono::nanoseconds>(time.time_since_epoch()).count());
}

Json encode(const OtelRecord& record) {
  const std::string time = nanoseconds(record.time);
  const auto [number, text] = severities.at(static_cast<size_t>(record.severity));
  Json json = {{"timeUnixNano", time},
               {"observedTimeUnixNano", time},
               {"severityNumber", number},
               {"severityText", text},
               {"body", {{"stringValue", record.body}}}};
  if (record.event) json["eventName"] = record.body;
  if (!record.attributes.empty()) json["attributes"] = encode(record.attributes);
  return json;
}

OtelAttributes resource_attributes(const OtelRun& run) {
  OtelAttributes resource = {
      {"service.name", "kamal"}, {"service.version", kamal_version}, {"kamal.run_id", run.id}};
  resource.insert(resource.end(), run.tags.begin(), run.tags.end());
  return resource;
}

// OpenTelemetry's conventions for deployments; no status at the start.
void add_deployment(OtelAttributes& attributes, const std::string& command, const OtelRun& run,
                    const char* status = nullptr) {
  if (std::find(deployments.begin(), deployments.end(), command) == deployments.end()) return;
  attributes.emplace_back("deployment.id", run.id);
  attributes.emplace_back("deployment.name", fmt::format("{} {}", command, run.service));
  if (status) attributes.emplace_back("deployment.status", status);
}

constexpr size_t record_overhead = 256;

size_t size_of(const OtelRecord& record) { return record.body.size() + record_overhead; }

}  // namespace

std::vector<OtelRecord> otel_records(const spdlog::details::log_msg& text,
                                     std::chrono::system_clock::time_point time) {
  OtelAttributes attributes;
  const std::string host = text.source.filename, stream = text.source.funcname;
  if (!host.empty()) attributes.emplace_back("server.address", host);
  if (!stream.empty()) attributes.emplace_back("log.iostream", stream);
  std::vector<OtelRecord> records;
  for (std::string& line : lines_of(plain_text(text))) {
    records.push_back({.time = time,
                       .severity = severity_of(text.level),
                       .body = std::move(line),
                       .attributes = attributes});
  }
  return records;
}

std::string encode_logs(const OtelAttributes& resource, std::span<const OtelRecord> records) {
  Json list = Json::array();
  for (const OtelRecord& record : records) list.push_back(encode(record));
  const Json scope = {{"scope", {{"name", "kamal"}, {"version", kamal_version}}}, {"logRecords", list}};
  const Json logs = {{"resource", {{"attributes", encode(resource)}}}, {"scopeLogs", Json::array({scope})}};
  // Programs may print invalid UTF-8.
  return Json{{"resourceLogs", Json::array({logs})}}.dump(-1, ' ', false, Json::error_handler_t::replace);
}

OtelLog::OtelLog(OtelRun run, Post post, Clock& clock, LogReporter reporter, ShippingLimits limits)
    : run_(std::move(run)),
      clock_(clock),
      reporter_(std::move(reporter)),
      shipper_(
          [post = std::move(post), resource = resource_attributes(run_)](const std::vector<OtelRecord>& batch,
                                                                         const Event& cancellation) {
            return post(encode_logs(resource, batch), cancellation);
          },
          [this](const std::string& reason) {
            reporter_.warn(fmt::format("output/otel: could not send logs to {}: {}", run_.endpoint, reason));
          },
          limits) {}

void OtelLog::begin(const std::string& command) {
  OtelAttributes attributes{{"kamal.command", command}};
  add_deployment(attributes, command, run_);
  add_event("kamal.start", Severity::info, std::move(attributes));
}

void OtelLog::sink_it_(const spdlog::details::log_msg& line) {
  for (OtelRecord& record : otel_records(line, clock_.now())) shipper_.add(std::move(record));
}

void OtelLog::end(const std::string& command, const CommandOutcome& outcome) {
  OtelAttributes attributes{{"kamal.command", command}, {"kamal.runtime", outcome.seconds}};
  if (outcome.failure) {
    attributes.emplace_back("exception.type", outcome.failure->kind);
    attributes.emplace_back("exception.message", outcome.failure->message);
  }
  add_deployment(attributes, command, run_, outcome.failure ? "failed" : "succeeded");
  add_event(outcome.failure ? "kamal.failed" : "kamal.complete",
            outcome.failure ? Severity::error : Severity::info, std::move(attributes));
  ended_ = true;
}

void OtelLog::close() {
  if (shipper_.close() && ended_) reporter_.info(fmt::format("Logs sent to {}", run_.endpoint));
}

void OtelLog::add_event(const std::string& name, Severity severity, OtelAttributes attributes) {
  shipper_.add({.time = clock_.now(),
                .severity = severity,
                .body = name,
                .event = true,
                .attributes = std::move(attributes)});
}

LogShipper::LogShipper(Send send, Warn warn, ShippingLimits limits)
    : send_(std::move(send)), warn_(std::move(warn)), limits_(limits) {}

LogShipper::~LogShipper() {
  cancellation_.signal();
  {
    const std::lock_guard lock(mutex_);
    clear_buffer();
    closing_ = true;
  }
  wake_.notify_one();
  if (thread_.joinable()) thread_.join();
}

void LogShipper::add(OtelRecord record) {
  const std::lock_guard lock(mutex_);
  if (closing_) return;
  buffered_ += size_of(record);
  buffer_.push_back(std::move(record));
  while (buffered_ > limits_.buffer) {
    buffered_ -= size_of(buffer_.front());
    buffer_.pop_front();
    fail("buffer full, records dropped");
  }
  if (!thread_.joinable()) start();
  if (buffer_.size() >= limits_.batch) wake_.notify_one();
}

void LogShipper::start() {
  try {
    thread_ = start_quiet_thread([this] { run(); });
  } catch (const std::system_error& error) {
    closing_ = true;
    fail(error.what());
  }
}

bool LogShipper::close() {
  std::unique_lock lock(mutex_);
  closing_ = true;
  if (!thread_.joinable()) return !failed_;
  wake_.notify_one();
  if (!finished_.wait_for(lock, limits_.close_timeout, [this] { return done_; })) {
    clear_buffer();
    fail(fmt::format("timed out after {}s",
                     std::chrono::duration_cast<std::chrono::seconds>(limits_.close_timeout).count()));
  }
  lock.unlock();
  cancellation_.signal();
  thread_.join();
  return !failed_;
}

void LogShipper::run() {
  std::unique_lock lock(mutex_);
  while (!closing_) {
    wake_.wait_for(lock, limits_.interval, [this] { return closing_ || buffer_.size() >= limits_.batch; });
    send_all(lock);
  }
  send_all(lock);
  done_ = true;
  finished_.notify_all();
}

void LogShipper::send_all(std::unique_lock<std::mutex>& lock) {
  while (!buffer_.empty()) {
    const std::vector<OtelRecord> batch = next_batch();
    lock.unlock();
    const bool reachable = send_batch(batch);
    lock.lock();
    // The end of a run waits for one attempt, not for one per batch.
    if (closing_ && !reachable) clear_buffer();
  }
}

void LogShipper::clear_buffer() {
  buffer_.clear();
  buffered_ = 0;
}

std::vector<OtelRecord> LogShipper::next_batch() {
  const auto end = buffer_.begin() + static_cast<std::ptrdiff_t>(std::min(limits_.batch, buffer_.size()));
  std::vector<OtelRecord> batch(std::make_move_iterator(buffer_.begin()), std::make_move_iterator(end));
  buffer_.erase(buffer_.begin(), end);
  for (const OtelRecord& record : batch) buffered_ -= size_of(record);
  return batch;
}

bool LogShipper::send_batch(const std::vector<OtelRecord>& batch) {
  try {
    const HttpResponse response = send_(batch, cancellation_);
    if (!response.ok()) fail(fmt::format("HTTP {} {}", response.status, response.reason));
    return true;
  } catch (const std::exception& error) {
    fail(error.what());
    return false;
  }
}

void LogShipper::fail(const std::string& reason) {
  failed_ = true;
  std::call_once(warned_, [&] { warn_(reason); });
}

}  // namespace kamal::cli
