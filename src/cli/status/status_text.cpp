#include "cli/status/status_text.h"

#include <fmt/format.h>

#include <algorithm>

#include "cli/output/table.h"
#include "cli/status/status_rows.h"
#include "kamal/support/strings.h"
#include "kamal/support/system.h"

namespace kamal::cli {
namespace {

using Time = StatusRow::Time;

constexpr const char* nothing = "-";

std::string or_nothing(const std::string& text) { return text.empty() ? nothing : text; }

std::string traffic_text(const std::optional<Traffic>& traffic) {
  return traffic ? replace_all(name_of(*traffic), "_", " ") : nothing;
}

// From the youngest to the oldest: 3 hours, or 3 hours to 2 days.
std::string age_range(const std::vector<Time>& times, Time now) {
  if (times.empty()) return nothing;
  const auto age = [&](Time time) {
    return age_text(std::max(std::chrono::floor<std::chrono::seconds>(now - time), std::chrono::seconds(0)));
  };
  const auto [oldest, youngest] = std::ranges::minmax(times);
  return age(oldest) == age(youngest) ? age(oldest) : fmt::format("{} to {}", age(youngest), age(oldest));
}

// The highest of several.
std::vector<std::string> usage_cells(const std::vector<Usage>& usage) {
  if (usage.empty()) return {nothing, nothing};
  const char* const most = usage.size() > 1 ? "up to " : "";
  const Usage& cpu = *std::ranges::max_element(usage, {}, &Usage::cpu_percent);
  const Usage& memory = *std::ranges::max_element(usage, {}, &Usage::memory_bytes);
  return {fmt::format("{}{:.1f}%", most, cpu.cpu_percent), most + size_text(memory.memory_bytes)};
}

// A table of rows, and which columns it has besides those that all have.
struct Columns {
  const char* name;           // heading; null for none
  const char* version;        // heading
  bool of_containers = true;  // the image's age, traffic
  WithUsage usage = WithUsage::no;
};

std::vector<std::string> headings(const Columns& columns) {
  std::vector<std::string> cells = {"  HOST"};
  if (columns.name) cells.emplace_back(columns.name);
  cells.insert(cells.end(), {columns.version, "SINCE", "RESTARTS"});
  if (columns.of_containers) cells.insert(cells.end(), {"IMAGE AGE", "TRAFFIC"});
  if (columns.usage == WithUsage::yes) cells.insert(cells.end(), {"CPU", "MEMORY"});
  cells.emplace_back("STATE");
  return cells;
}

std::vector<std::string> cells_of(const StatusRow& row, const Columns& columns, Time now) {
  std::vector<std::string> cells = {(row.odd ? "! " : "  ") + short_list(row.hosts, 1)};
  if (columns.name) cells.push_back(row.name);
  cells.push_back(or_nothing(short_version(Version(row.version))));
  cells.push_back(age_range(row.since, now));
  cells.push_back(row.restarts ? std::to_string(*row.restarts) : nothing);
  if (columns.of_containers)
    cells.insert(cells.end(), {age_range(row.image_created, now), traffic_text(row.traffic)});
  if (columns.usage == WithUsage::yes) {
    for (std::string& cell : usage_cells(row.usage)) cells.push_back(std::move(cell));
  }
  cells.push_back(row.state);
  return cells;
}

std::string table_text(const std::vector<StatusRow>& rows, const Columns& columns, Time now) {
  if (rows.empty()) return "";
  Table table(headings(columns));
  for (const StatusRow& row : rows) table.add(cells_of(row, columns, now));
  return table.text() + "\n";
}

std::string lock_text(const LockStatus& lock, const Context& context, Time now) {
  if (!lock.known) return fmt::format("! Deploy lock on {}: unknown\n", lock.host.str());
  if (!lock.held) return "";
  // Held by Ann ...
  std::string text = "! Deploy lock h" + lock.held->summary(now).substr(1) + "\n";
  if (lock.held->is_abandoned()) text += "  " + release_hint(context, *lock.held) + "\n";
  return text;
}

// What keeps the rows of a host from being known stands in them.
std::string problems_text(const FleetStatus& status) {
  std::string text;
  for (const StatusProblem& problem : status.problems) {
    if (problem.scope != StatusProblem::Scope::detail && contains(status.hosts, problem.host)) continue;
    text += fmt::format("! {}: {}\n", problem.host.str(), problem.reason);
  }
  return text;
}

}  // namespace

std::string locks_text(const std::vector<LockStatus>& locks, const Context& context) {
  if (locks.empty()) return "";
  std::string text;
  for (const LockStatus& lock : locks) text += lock_text(lock, context, context.effects.clock.now());
  return text.empty() ? "  Deploy lock free\n" : text;
}

std::string status_text(const FleetStatus& status, const Context& context, WithUsage usage) {
  const Time now = status.asked_at;
  std::string text = context.config.title();
  text += fmt::format(" on {} at {}\n\n", counted(static_cast<int64_t>(status.hosts.size()), "host"),
                      iso8601_utc(now));
  text += table_text(rows_of_roles(status), {.name = "ROLE", .version = "VERSION", .usage = usage}, now);
  text +=
      table_text(rows_of_accessories(status), {.name = "ACCESSORY", .version = "IMAGE", .usage = usage}, now);
  text += table_text(rows_of_proxies(status),
                     {.name = nullptr, .version = "KAMAL-PROXY", .of_containers = false}, now);
  return text + locks_text(status.locks, context) + problems_text(status);
}

}  // namespace kamal::cli
