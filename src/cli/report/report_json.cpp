#include <cmath>
#include <nlohmann/json.hpp>

#include "cli/report/report.h"

namespace kamal::cli {
namespace {

using nlohmann::ordered_json;

template <class Items, class Function>
ordered_json array_of(const Items& items, const Function& to_json) {
  ordered_json array = ordered_json::array();
  for (const auto& item : items) array.push_back(to_json(item));
  return array;
}

ordered_json string_or_null(const std::optional<std::string>& text) {
  return text ? ordered_json(*text) : ordered_json();
}

ordered_json version_or_null(const std::optional<Version>& version) {
  return version ? ordered_json(version->str()) : ordered_json();
}

ordered_json string_unless_empty(const std::string& text) {
  return text.empty() ? ordered_json() : ordered_json(text);
}

double milliseconds(double seconds) { return std::round(seconds * 1000) / 1000; }

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
          {"phase", string_unless_empty(step.phase)},
          {"command", step.command},
          {"start", milliseconds(step.start)},
          {"seconds", step.ending ? ordered_json(milliseconds(step.ending->seconds)) : ordered_json()},
          {"status", step.ending ? ordered_json(step.ending->status) : ordered_json()},
          {"outcome", outcome_name(step.ending)},
          {"output", step.output},
          {"omitted_lines", step.omitted_lines}};
}

ordered_json host_json(const Report::HostRoles& host) {
  return {{"host", host.host.str()},
          {"roles", array_of(host.roles, [](const RoleName& role) { return role.str(); })}};
}

ordered_json change_json(const VersionChanges::value_type& entry) {
  const auto& [place, change] = entry;
  return {{"host", place.first.str()},
          {"role", place.second.str()},
          {"before", version_or_null(change.before)},
          {"after", version_or_null(change.after)}};
}

ordered_json failure_json(const Report::Failure& failure) {
  return {{"host", string_unless_empty(failure.host.str())},
          {"reason", failure.reason},
          {"message", failure.message}};
}

ordered_json phase_json(const Report::Phase& phase) {
  return {
      {"name", phase.name}, {"start", milliseconds(phase.start)}, {"seconds", milliseconds(phase.seconds)}};
}

}  // namespace

std::string report_json(const Report& report) {
  const ordered_json json = {
      {"format", 1},
      {"command", report.command},
      {"service", string_or_null(report.service)},
      {"destination", string_or_null(report.destination)},
      {"outcome", outcome_name(report.outcome)},
      {"started_at", iso8601_utc(report.started)},
      {"seconds", milliseconds(report.seconds)},
      {"hosts", array_of(report.hosts, host_json)},
      {"versions", array_of(report.versions, change_json)},
      {"failures", array_of(report.failures, failure_json)},
      {"closing_block", string_unless_empty(report.closing_block)},
      {"phases", array_of(report.phases, phase_json)},
      {"steps", array_of(report.steps, step_json)},
      {"omitted_steps", report.omitted_steps},
  };
  return json.dump(-1, ' ', false, ordered_json::error_handler_t::replace) + "\n";
}

}  // namespace kamal::cli
