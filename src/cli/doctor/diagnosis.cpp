#include "cli/doctor/diagnosis.h"

#include <fmt/format.h>

#include <algorithm>
#include <array>
#include <set>

#include "cli/selection.h"
#include "cli/status/status_json.h"
#include "kamal/support/strings.h"
#include "kamal/support/system.h"

namespace kamal::cli {
namespace {

using nlohmann::ordered_json;

constexpr std::array shown_order = {CheckState::problem, CheckState::warning, CheckState::unknown,
                                    CheckState::ok};

const char* name_of(CheckState state) {
  switch (state) {
    case CheckState::problem:
      return "problem";
    case CheckState::warning:
      return "warning";
    case CheckState::unknown:
      return "unknown";
    case CheckState::ok:
      break;
  }
  return "ok";
}

const char* color_of(CheckState state) {
  switch (state) {
    case CheckState::problem:
      return "31";
    case CheckState::warning:
      return "33";
    case CheckState::unknown:
      return "35";
    case CheckState::ok:
      break;
  }
  return "32";
}

// Hosts with the same outcome. Details of what is fine may differ, and are left out then.
struct Line {
  Check check{};
  std::vector<Host> hosts{};

  bool takes(const Check& other) const {
    const bool same_kind = check.name == other.name && check.state == other.state &&
                           check.host.has_value() == other.host.has_value();
    if (!same_kind || !check.host) return false;
    return check.state == CheckState::ok || (check.what == other.what && check.next == other.next);
  }
};

std::vector<Line> lines_for(const Checks& checks, CheckState state) {
  std::vector<Line> lines;
  for (const Check& check : checks) {
    if (check.state != state) continue;
    auto line = std::ranges::find_if(lines, [&](const Line& known) { return known.takes(check); });
    if (line == lines.end()) line = lines.insert(lines.end(), {.check = check});
    if (line->check.what != check.what) line->check.what.clear();
    if (check.host) add_once(line->hosts, *check.host);
  }
  return lines;
}

std::string hosts_text(const std::vector<Host>& hosts, size_t count_of_all) {
  constexpr size_t max_named = 3;
  if (hosts.size() > 1 && hosts.size() == count_of_all) return fmt::format("all {} hosts", hosts.size());
  return short_list(hosts, max_named);
}

std::string text_of(const Line& line, size_t host_count, sshkit::Color color) {
  const Check& check = line.check;
  const std::string state =
      sshkit::painted(fmt::format("{:<7}", name_of(check.state)), color_of(check.state), color);
  std::string text = fmt::format("  {}  {:<14}", state, check.name);
  if (!line.hosts.empty()) text += "  " + hosts_text(line.hosts, host_count);
  if (!check.what.empty()) text += (line.hosts.empty() ? "  " : ": ") + check.what;
  text.erase(text.find_last_not_of(' ') + 1);
  return text + "\n";
}

std::string section(const std::string& heading, const Checks& checks, sshkit::Color color) {
  if (checks.empty()) return "";
  std::set<Host> hosts;
  for (const Check& check : checks) {
    if (check.host) hosts.insert(*check.host);
  }
  std::string text = heading + "\n";
  for (const CheckState state : shown_order) {
    for (const Line& line : lines_for(checks, state)) text += text_of(line, hosts.size(), color);
  }
  return text + "\n";
}

std::string sum_of(const Diagnosis& diagnosis) {
  std::vector<std::string> counts;
  const auto add = [&](CheckState state, const char* noun) {
    const size_t count = diagnosis.count(state);
    if (count > 0) counts.push_back(counted(static_cast<int64_t>(count), noun));
  };
  add(CheckState::problem, "problem");
  add(CheckState::warning, "warning");
  if (counts.empty()) counts.emplace_back("No problems");
  if (const size_t count = diagnosis.count(CheckState::unknown); count > 0)
    counts.push_back(fmt::format("{} unknown", count));
  return join(counts, ", ") + "\n";
}

// What to do, each once, with the names of the checks that it is for.
std::string next_text(const Checks& checks) {
  std::vector<std::pair<std::string, std::vector<std::string>>> commands;
  for (const CheckState state : shown_order) {
    for (const Check& check : checks) {
      if (check.state != state || check.next.empty()) continue;
      const auto known = std::ranges::find(commands, check.next, [](const auto& one) { return one.first; });
      if (known != commands.end()) {
        add_once(known->second, check.name);
      } else {
        commands.push_back({check.next, {check.name}});
      }
    }
  }
  std::string text = commands.empty() ? "" : "\nNext:\n";
  for (const auto& [command, names] : commands)
    text += fmt::format("  {}  # {}\n", command, join(names, ", "));
  return text;
}

ordered_json json_of(const Check& check) {
  return {{"host", check.host ? ordered_json(check.host->str()) : ordered_json()},
          {"name", check.name},
          {"state", name_of(check.state)},
          {"what", text_or_null(check.what)},
          {"next", text_or_null(check.next)}};
}

}  // namespace

size_t Diagnosis::count(CheckState state) const {
  return static_cast<size_t>(std::ranges::count(checks, state, &Check::state));
}

std::string doctor_text(const Diagnosis& diagnosis, sshkit::Color color) {
  Checks here, there;
  for (const Check& check : diagnosis.checks) (check.host ? there : here).push_back(check);
  return section("This machine", here, color) + section("Hosts", there, color) + sum_of(diagnosis) +
         next_text(diagnosis.checks);
}

std::string doctor_json(const Diagnosis& diagnosis) {
  const ordered_json json = {{"format", 1},
                             {"service", text_or_null(diagnosis.service)},
                             {"destination", text_or_null(diagnosis.destination)},
                             {"checked_at", iso8601_utc(diagnosis.checked_at)},
                             {"hosts", list_of(diagnosis.hosts, [](const Host& host) { return host.str(); })},
                             {"problems", diagnosis.count(CheckState::problem)},
                             {"warnings", diagnosis.count(CheckState::warning)},
                             {"unknown", diagnosis.count(CheckState::unknown)},
                             {"checks", list_of(diagnosis.checks, json_of)}};
  return json.dump(2, ' ', false, ordered_json::error_handler_t::replace) + "\n";
}

}  // namespace kamal::cli
