#include "cli/run_log/otlp.h"

#include <nlohmann/json.hpp>

#include "kamal/support/strings.h"
#include "kamal/support/version.h"

namespace kamal::cli {
namespace {

using Json = nlohmann::ordered_json;
using sshkit::Severity;

struct OtelSeverity {
  int number;
  const char* text;
};

OtelSeverity severity_of(Severity severity) {
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

// 64-bit numbers are strings in the protocol's JSON.
std::string nanoseconds(std::chrono::system_clock::time_point time) {
  return std::to_string(
      std::chrono::duration_cast<std::chrono::nanoseconds>(time.time_since_epoch()).count());
}

Json encode(const OtelRecord& record) {
  const std::string time = nanoseconds(record.time);
  const auto [number, text] = severity_of(record.severity);
  Json json = {{"timeUnixNano", time},
               {"observedTimeUnixNano", time},
               {"severityNumber", number},
               {"severityText", text},
               {"body", {{"stringValue", record.body}}}};
  if (record.event) json["eventName"] = record.body;
  if (!record.attributes.empty()) json["attributes"] = encode(record.attributes);
  return json;
}

}  // namespace

std::vector<OtelRecord> records_of(const sshkit::Output::Line& line,
                                   std::chrono::system_clock::time_point time) {
  OtelAttributes attributes;
  if (!line.host.empty()) attributes.emplace_back("server.address", std::string(line.host));
  if (!line.stream.empty()) attributes.emplace_back("log.iostream", std::string(line.stream));
  std::vector<OtelRecord> records;
  for (std::string& text : lines_of(line.text)) {
    records.push_back(
        {.time = time, .severity = line.severity, .body = std::move(text), .attributes = attributes});
  }
  return records;
}

std::string encode_logs(const OtelAttributes& resource, std::span<const OtelRecord> records) {
  Json list = Json::array();
  for (const OtelRecord& record : records) list.push_back(encode(record));
  const Json scope = {{"scope", {{"name", "kamal"}, {"version", kamal_version}}}, {"logRecords", list}};
  const Json logs = {{"resource", {{"attributes", encode(resource)}}}, {"scopeLogs", Json::array({scope})}};
  // Programs may say what is no UTF-8.
  return Json{{"resourceLogs", Json::array({logs})}}.dump(-1, ' ', false, Json::error_handler_t::replace);
}

}  // namespace kamal::cli
