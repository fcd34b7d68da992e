#include <cmath>

#include "cli/report/report.h"
#include "cli/status/status_json.h"

namespace kamal::cli {
namespace {

using nlohmann::ordered_json;

ordered_json version_or_null(const std::optional<Version>& version) {
  return version ? ordered_json(version->str()) : ordered_json();
}

// To milliseconds.
double rounded(double seconds) { return std::round(seconds * 1000) / 1000; }

const char* outcome_name(Report::Outcome outcome) {
  switch (outcome) {
    case Report::Outcome::succeeded:
      return "succeeded";
    case Report::Outcome::failed:
      return "failed";
    case Report::Outcome::interrupted:
      break;
  }
  return "interrupted";
}

const char* outcome_name(const std::optional<sshkit::CommandEnding>& ending) {
  if (!ending) return "unfinished";
  if (ending->status == 0) return "succeeded";
  return ending->failure_matters ? "failed" : "ignored";
}

ordered_json step_json(const Report::Step& step) {
  return {{"host", step.host},
          {"phase", text_or_null(step.phase)},
          {"command", step.command},
          {"start", rounded(step.start)},
          {"seconds", step.ending ? ordered_json(rounded(step.ending->seconds)) : ordered_json()},
          {"status", step.ending ? ordered_json(step.ending->status) : ordered_json()},
          {"outcome", outcome_name(step.ending)},
          {"output", step.output},
          {"omitted_lines", step.omitted_lines}};
}

ordered_json host_json(const Report::HostRoles& host) {
  return {{"host", host.host.str()},
          {"roles", list_of(host.roles, [](const RoleName& role) { return role.str(); })}};
}

ordered_json change_json(const VersionChanges::value_type& entry) {
  const auto& [place, change] = entry;
  return {{"host", place.first.str()},
          {"role", place.second.str()},
          {"before", version_or_null(change.before)},
          {"after", version_or_null(change.after)}};
}

ordered_json failure_json(const Report::Failure& failure) {
  return {
      {"host", text_or_null(failure.host.str())}, {"reason", failure.reason}, {"message", failure.message}};
}

ordered_json phase_json(const Report::Phase& phase) {
  return {{"name", phase.name}, {"start", rounded(phase.start)}, {"seconds", rounded(phase.seconds)}};
}

}  // namespace

std::string report_json(const Report& report) {
  const ordered_json json = {
      {"format", 1},
      {"command", report.command},
      {"service", text_or_null(report.service)},
      {"destination", text_or_null(report.destination)},
      {"outcome", outcome_name(report.outcome)},
      {"started_at", iso8601_utc(report.started)},
      {"seconds", rounded(report.seconds)},
      {"hosts", list_of(report.hosts, host_json)},
      {"versions", list_of(report.versions, change_json)},
      {"failures", list_of(report.failures, failure_json)},
      {"closing_block", text_or_null(report.closing_block)},
      {"phases", list_of(report.phases, phase_json)},
      {"steps", list_of(report.steps, step_json)},
      {"omitted_steps", report.omitted_steps},
  };
  return json.dump(-1, ' ', false, ordered_json::error_handler_t::replace) + "\n";
}

}  // namespace kamal::cli
