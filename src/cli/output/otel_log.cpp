#include "cli/output/otel_log.h"

#include <fmt/format.h>

#include <algorithm>
#include <array>
#include <nlohmann/json.hpp>

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

OtelSeverity otel_severity(Severity severity) {
  switch (severity) {
    case Severity::debug:
      return {5, "DEBUG"};
    case Severity::info:
      return {9, "INFO"};
    case Severity::warn:
      return {13, "WARN"};
    case Severity::error:
      break;
  }
  return {17, "ERROR"};
}

Severity severity_of(spdlog::level::level_enum level) {
  switch (level) {
    case spdlog::level::trace:
    case spdlog::level::debug:
      return Severity::debug;
    case spdlog::level::info:
      return Severity::info;
    case spdlog::level::warn:
      return Severity::warn;
    default:
      return Severity::error;
  }
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
  const auto [number, text] = otel_severity(record.severity);
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
void add_deployment(OtelAttributes& attributes, const LoggedCommand& command, const OtelRun& run,
                    const char* status = nullptr) {
  if (std::find(deployments.begin(), deployments.end(), command.name) == deployments.end()) return;
  attributes.emplace_back("deployment.id", run.id);
  attributes.emplace_back("deployment.name", fmt::format("{} {}", command.name, run.service));
  if (status) attributes.emplace_back("deployment.status", status);
}

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

void OtelLog::begin(const LoggedCommand& command) {
  OtelAttributes attributes{{"kamal.command", command.name}};
  add_deployment(attributes, command, run_);
  add_event("kamal.start", Severity::info, std::move(attributes));
}

void OtelLog::sink_it_(const spdlog::details::log_msg& line) {
  for (OtelRecord& record : otel_records(line, clock_.now())) shipper_.add(std::move(record));
}

void OtelLog::end(const LoggedCommand& command, const CommandOutcome& outcome) {
  OtelAttributes attributes{{"kamal.command", command.name}, {"kamal.runtime", outcome.seconds}};
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

}  // namespace kamal::cli
