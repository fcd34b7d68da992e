#pragma once

#include <chrono>
#include <span>
#include <string>
#include <utility>
#include <variant>
#include <vector>

#include "kamal/sshkit/output.h"

// Log records as OpenTelemetry's protocol writes them in JSON (OTLP/HTTP, opentelemetry.io/docs/specs/otlp).
namespace kamal::cli {

using OtelAttributes = std::vector<std::pair<std::string, std::variant<std::string, double>>>;

struct OtelRecord {
  std::chrono::system_clock::time_point time;
  sshkit::Severity severity = sshkit::Severity::info;
  std::string body;
  bool event = false;  // an event has its name as body
  OtelAttributes attributes{};
};

// A record for each line of the text.
std::vector<OtelRecord> records_of(const sshkit::Output::Line& line,
                                   std::chrono::system_clock::time_point time);
// The body of one request. `resource` is what all records have in common.
std::string encode_logs(const OtelAttributes& resource, std::span<const OtelRecord> records);

}  // namespace kamal::cli
