#include "cli/deploy/summary.h"

#include <fmt/format.h>

#include <algorithm>
#include <set>

#include "kamal/support/strings.h"

namespace kamal::cli {
namespace {

long whole_seconds(Timeline::Duration duration) {
  return std::chrono::round<std::chrono::seconds>(duration).count();
}

// "3f2c1a0 -> 9be7d04"; names all previous versions.
std::string change_text(const Summary& summary) {
  std::set<std::string> before;
  for (const auto& [place, version] : summary.before) {
    if (version) before.insert(short_version(*version));
  }
  const std::string now = short_version(summary.version);
  if (before.empty()) return now;
  if (before == std::set{now}) return now + " again";
  return fmt::format("{} -> {}", join({before.begin(), before.end()}, ", "), now);
}

std::string servers_text(const Summary& summary) {
  std::set<Host> hosts;
  std::map<RoleName, size_t> count;
  for (const auto& [place, version] : summary.before) {
    hosts.insert(place.first);
    ++count[place.second];
  }
  std::vector<std::string> by_role;
  for (const RoleName& role : summary.roles) {
    if (count.contains(role)) by_role.push_back(fmt::format("{} {}", role.str(), count[role]));
  }
  return fmt::format("{} ({})", counted(static_cast<int64_t>(hosts.size()), "server"), join(by_role, ", "));
}

// "" unless there are several hosts, and the phase mostly waited for them.
std::string slowest_host(const Timeline::Phase& phase) {
  if (phase.hosts.size() < 2) return "";
  const auto slowest = std::max_element(phase.hosts.begin(), phase.hosts.end(),
                                        [](const auto& a, const auto& b) { return a.second < b.second; });
  return 2 * slowest->second < phase.took ? "" : slowest->first.str();
}

// "pull 8 (slowest web-07)"
std::string phase_text(const Timeline::Phase& phase) {
  const std::string host = slowest_host(phase);
  return fmt::format("{} {}{}", phase.name, whole_seconds(phase.took),
                     host.empty() ? "" : fmt::format(" (slowest {})", host));
}

std::string headline(const Summary& summary) {
  return fmt::format("{} {} {} {} in {} s", summary.what, change_text(summary), summary.preposition,
                     servers_text(summary), std::max(1L, whole_seconds(summary.took)));
}

// Phases that took a second or more.
std::vector<Timeline::Phase> noticeable(std::vector<Timeline::Phase> phases) {
  std::erase_if(phases, [](const Timeline::Phase& phase) { return whole_seconds(phase.took) == 0; });
  return phases;
}

}  // namespace

std::string Summary::text() const {
  const std::vector<std::string> parts = mapped(noticeable(phases), phase_text);
  return parts.empty() ? headline(*this) : fmt::format("{}: {}", headline(*this), join(parts, ", "));
}

std::string Summary::markdown() const {
  std::string rows;
  for (const Timeline::Phase& phase : noticeable(phases))
    rows += fmt::format("| {} | {} | {} |\n", phase.name, whole_seconds(phase.took), slowest_host(phase));
  const char* const head = "| Phase | Seconds | Slowest host |\n|---|---:|---|\n";
  return fmt::format("### {}\n{}\n", headline(*this), rows.empty() ? "" : "\n" + (head + rows));
}

}  // namespace kamal::cli
