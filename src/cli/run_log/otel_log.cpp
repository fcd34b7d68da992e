#include "cli/run_log/otel_log.h"

#include <fmt/format.h>

#include <algorithm>
#include <array>

#include "kamal/support/version.h"

namespace kamal::cli {
namespace {

using sshkit::Severity;

constexpr std::array deployments = {"deploy", "redeploy", "rollback", "setup"};

OtelAttributes resource_of(const OtelRun& run, const OtelAttributes& tags) {
  OtelAttributes resource = {
      {"service.name", "kamal"}, {"service.version", kamal_version}, {"kamal.run_id", run.id}};
  resource.insert(resource.end(), tags.begin(), tags.end());
  return resource;
}

OtelAttributes facts_of(const LoggedCommand& command) { return {{"kamal.command", command.name}}; }

// OpenTelemetry's conventions for deployments, without a status at the begin.
void add_deployment(OtelAttributes& attributes, const LoggedCommand& command, const OtelRun& run,
                    const char* status = nullptr) {
  if (std::find(deployments.begin(), deployments.end(), command.name) == deployments.end()) return;
  attributes.emplace_back("deployment.id", run.id);
  attributes.emplace_back("deployment.name", fmt::format("{} {}", command.name, run.service));
  if (status) attributes.emplace_back("deployment.status", status);
}

}  // namespace

OtelLog::OtelLog(OtelRun run, const OtelAttributes& tags, std::unique_ptr<HttpSender> sender, Clock& clock,
                 LogVoice voice, ShippingLimits limits)
    : run_(std::move(run)),
      clock_(clock),
      voice_(std::move(voice)),
      sender_(std::move(sender)),
      shipper_(
          resource_of(run_, tags), *sender_,
          [this](const std::string& reason) {
            voice_.warn(fmt::format("output/otel: logs could not be sent to {}: {}", run_.endpoint, reason));
          },
          limits) {}

void OtelLog::begin(const LoggedCommand& command) {
  OtelAttributes attributes = facts_of(command);
  add_deployment(attributes, command, run_);
  add_event("kamal.start", Severity::info, std::move(attributes));
}

void OtelLog::line(const sshkit::Output::Line& line) {
  for (OtelRecord& record : records_of(line, clock_.now())) shipper_.add(std::move(record));
}

void OtelLog::end(const LoggedCommand& command, const Ending& ending) {
  OtelAttributes attributes = facts_of(command);
  attributes.emplace_back("kamal.runtime", ending.seconds);
  if (ending.failure) {
    attributes.emplace_back("exception.type", ending.failure->type);
    attributes.emplace_back("exception.message", ending.failure->message);
  }
  add_deployment(attributes, command, run_, ending.failure ? "failed" : "succeeded");
  add_event(ending.failure ? "kamal.failed" : "kamal.complete",
            ending.failure ? Severity::error : Severity::info, std::move(attributes));
  ended_ = true;
}

void OtelLog::close() {
  if (shipper_.close() && ended_) voice_.tell(fmt::format("Logs sent to {}", run_.endpoint));
}

void OtelLog::add_event(const std::string& name, Severity severity, OtelAttributes attributes) {
  shipper_.add({.time = clock_.now(),
                .severity = severity,
                .body = name,
                .event = true,
                .attributes = std::move(attributes)});
}

}  // namespace kamal::cli
