#include "cli/output/progress.h"

#include <fmt/format.h>

#include <algorithm>

#include "kamal/support/strings.h"
#include "kamal/support/waits.h"

namespace kamal::cli {
namespace {

using namespace std::chrono_literals;

// Shorter commands are not worth a line that comes and goes.
constexpr auto slow = 1s;

}  // namespace

// A phase that continues, or is not in the plan, does not move the position.
void Progress::begin(const std::string& phase, Time now) {
  if (!since_) since_ = now;
  const auto next = std::find(plan_.begin() + static_cast<std::ptrdiff_t>(position_), plan_.end(), phase);
  if (next != plan_.end()) position_ = static_cast<size_t>(next - plan_.begin()) + 1;
  phase_ = phase;
  docker_.end_pull();
  std::erase_if(hosts_, [](const auto& host) { return host.second.running == 0; });
}

void Progress::host_ended(const Host& host, sshkit::TaskOutcome outcome) {
  HostState& state = hosts_[host];
  state.failed = state.failed || outcome == sshkit::TaskOutcome::failed;
  if (--state.running > 0) return;
  // Those of a lost connection never finish.
  std::erase_if(commands_, [&](const auto& command) { return command.first.first == host.str(); });
  if (outcome == sshkit::TaskOutcome::interrupted) hosts_.erase(host);
}

void Progress::started(std::string_view id, std::string_view host, std::string_view command, Time now) {
  if (!since_) since_ = now;
  commands_[{std::string(host), std::string(id)}] = {first_line(command), now};
}

void Progress::printed(std::string_view host, std::string_view line) {
  if (host.empty()) {
    docker_.read_build(line);
  } else {
    docker_.read_pull(host, line);
  }
}

void Progress::finished(std::string_view id, std::string_view host) {
  commands_.erase({std::string(host), std::string(id)});
  if (host.empty()) docker_.end_build();
}

std::vector<std::string> Progress::lines(Time now) const {
  if (!since_ || (phase_.empty() && shown_ == Shown::in_phases)) return {};
  std::vector<std::string> lines = {heading(now)};
  if (const std::optional<std::string> slowest = slowest_text(now)) lines.push_back(*slowest);
  const std::vector<std::string> docker = docker_.lines();
  lines.insert(lines.end(), docker.begin(), docker.end());
  for (std::string& line : lines) line = replace_all(line, "\t", " ");
  return lines;
}

// "[6/10] pull | 1m 12s | 170 hosts done, 28 running, 2 failed"
std::string Progress::heading(Time now) const {
  const std::string place =
      position_ == 0 || phase_.empty() ? "" : fmt::format("[{}/{}] ", position_, plan_.size());
  std::string text =
      fmt::format("{}{} | {}", place, phase_.empty() ? title_ : phase_, duration_text(now - *since_));
  if (!hosts_.empty()) text += " | " + hosts_text();
  return text;
}

std::string Progress::hosts_text() const {
  int64_t done = 0, running = 0, failed = 0;
  for (const auto& [host, state] : hosts_) ++(state.running > 0 ? running : state.failed ? failed : done);
  return fmt::format("{} done, {} running, {} failed", counted(done, "host"), running, failed);
}

// "slowest of 28 commands, on web-07 for 34s: docker pull acme/shop:9be7d04"
std::optional<std::string> Progress::slowest_text(Time now) const {
  const auto slowest = std::min_element(
      commands_.begin(), commands_.end(),
      [](const auto& one, const auto& other) { return one.second.since < other.second.since; });
  if (slowest == commands_.end() || now - slowest->second.since < slow) return std::nullopt;
  const std::string which =
      commands_.size() == 1 ? "running on" : fmt::format("slowest of {} commands, on", commands_.size());
  return fmt::format("{} {} for {}: {}", which, sshkit::shown_host(slowest->first.first),
                     duration_text(now - slowest->second.since), slowest->second.command);
}

}  // namespace kamal::cli
