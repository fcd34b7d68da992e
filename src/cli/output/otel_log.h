#pragma once

#include <span>
#include <string>

#include "cli/output/log_shipper.h"
#include "cli/output/run_log.h"
#include "kamal/support/system.h"

// Logs for OpenTelemetry collectors, by OTLP/HTTP in JSON (opentelemetry.io/docs/specs/otlp).
namespace kamal::cli {

// What the records of a run have in common.
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

  void begin(const LoggedCommand& command) override;
  void end(const LoggedCommand& command, const CommandOutcome& outcome) override;
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
