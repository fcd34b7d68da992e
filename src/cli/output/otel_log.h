#pragma once

#include <atomic>
#include <chrono>
#include <condition_variable>
#include <deque>
#include <functional>
#include <mutex>
#include <span>
#include <string>
#include <thread>
#include <utility>
#include <variant>
#include <vector>

#include "cli/output/http.h"
#include "cli/output/run_log.h"
#include "kamal/sshkit/output.h"
#include "kamal/support/system.h"

// Logs for OpenTelemetry collectors, by OTLP/HTTP in JSON (opentelemetry.io/docs/specs/otlp).
namespace kamal::cli {

// Attributes of OpenTelemetry.
using OtelAttributes = std::vector<std::pair<std::string, std::variant<std::string, double>>>;

struct OtelRecord {
  std::chrono::system_clock::time_point time;
  sshkit::Severity severity = sshkit::Severity::info;
  std::string body;
  bool event = false;  // an event has its name as body
  OtelAttributes attributes{};
};

struct ShippingLimits {
  size_t batch = 100;  // records in a request
  std::chrono::milliseconds interval{5000};
  std::chrono::milliseconds close_timeout{6000};
  size_t buffer = 8 * 1024 * 1024;  // bytes, about; when full, the oldest records are dropped
};

// Sends batches from a background thread, so add() never blocks. Rejected records are dropped; the first
// failure is reported.
class LogShipper {
 public:
  // Sends one batch, in bounded time. Throws HttpError, soon after `cancellation` at the latest.
  using Send = std::function<HttpResponse(const std::vector<OtelRecord>& batch, const Event& cancellation)>;
  using Warn = std::function<void(const std::string& reason)>;  // from any thread

  LogShipper(Send send, Warn warn, ShippingLimits limits = {});
  ~LogShipper();  // drops what was not sent
  LogShipper(const LogShipper&) = delete;
  LogShipper& operator=(const LogShipper&) = delete;

  void add(OtelRecord record);
  // Sends the remaining records. False if any record was dropped.
  bool close();

 private:
  void start();
  void run();
  void send_all(std::unique_lock<std::mutex>& lock);
  std::vector<OtelRecord> next_batch();
  void clear_buffer();
  bool send_batch(const std::vector<OtelRecord>& batch);  // false if the collector is unreachable
  void fail(const std::string& reason);

  const Send send_;
  const Warn warn_;
  const ShippingLimits limits_;
  const Event cancellation_;

  std::mutex mutex_;
  std::condition_variable wake_, finished_;
  std::deque<OtelRecord> buffer_;
  size_t buffered_ = 0;  // bytes
  bool closing_ = false, done_ = false;
  std::once_flag warned_;
  std::atomic<bool> failed_ = false;
  std::thread thread_;  // from the first record on
};

// Shared by all records of a run.
struct OtelRun {
  std::string id;
  std::string service;
  std::string endpoint;   // as shown to the user
  OtelAttributes tags{};  // of the resource
};

// `output.otel`: a record for each line, and events when a changing command starts and ends.
class OtelLog : public LogSink {
 public:
  using Post = std::function<HttpResponse(const std::string& body, const Event& cancellation)>;

  OtelLog(OtelRun run, Post post, Clock& clock, LogReporter reporter, ShippingLimits limits = {});

  void begin(const std::string& command) override;
  void end(const std::string& command, const CommandOutcome& outcome) override;
  void close() override;

 private:
  void sink_it_(const spdlog::details::log_msg& line) override;
  void add_event(const std::string& name, sshkit::Severity severity, OtelAttributes attributes);

  const OtelRun run_;
  Clock& clock_;
  const LogReporter reporter_;
  LogShipper shipper_;
  bool ended_ = false;
};

// One record per line of the text.
std::vector<OtelRecord> otel_records(const spdlog::details::log_msg& text,
                                     std::chrono::system_clock::time_point time);
// The body of one request.
std::string encode_logs(const OtelAttributes& resource, std::span<const OtelRecord> records);

}  // namespace kamal::cli
