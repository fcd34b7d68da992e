#include "cli/status/host_report.h"

#include <fmt/format.h>

#include <algorithm>
#include <array>
#include <cmath>
#include <cstdlib>

#include "cli/failures.h"
#include "cli/lock/lock_hosts.h"
#include "cli/selection.h"
#include "kamal/commands/base.h"
#include "kamal/commands/status.h"
#include "kamal/support/strings.h"

namespace kamal::cli {
namespace {

using sshkit::Output;
using sshkit::StepResult;
using Scope = StatusProblem::Scope;

struct Query {
  Command command;
  std::string name;  // for people
  void (HostReport::*read)(const Output&, const std::string& query, const StepResult&);
};

std::vector<Query> queries_for(const Context& context, const Host& host, WithUsage usage) {
  std::vector<Query> queries;
  if (!contains(context.selection().hosts(), host)) return queries;
  queries.push_back(
      {commands::describe_host(context.config, host), "docker ps", &HostReport::read_containers});
  if (contains(context.selection().proxy_hosts(), host)) {
    const Command list = commands::list_proxy_services(context.config, host);
    queries.push_back({list, list.display(), &HostReport::read_services});
  }
  if (usage == WithUsage::yes)
    queries.push_back({commands::measure_usage(), "docker stats", &HostReport::read_usage});
  return queries;
}

}  // namespace

std::optional<std::pair<double, std::string>> parse_quantity(std::string_view text) {
  const std::string copy(text);
  char* end = nullptr;
  const double number = std::strtod(copy.c_str(), &end);
  if (end == copy.c_str() || !std::isfinite(number) || number < 0) return std::nullopt;
  return std::pair(number, std::string(end));
}

std::optional<Usage> parse_usage(std::string_view cpu, std::string_view memory) {
  constexpr std::array<std::string_view, 5> units = {"B", "KiB", "MiB", "GiB", "TiB"};
  const auto percent = parse_quantity(cpu);
  const auto used = parse_quantity(memory.substr(0, memory.find(' ')));
  if (!percent || !used) return std::nullopt;
  const auto unit = std::ranges::find(units, used->second) - units.begin();
  if (unit == static_cast<std::ptrdiff_t>(units.size())) return std::nullopt;
  return Usage{percent->first, static_cast<uint64_t>(std::ldexp(used->first, static_cast<int>(10 * unit)))};
}

void HostReport::add_problem(StatusProblem::Scope scope, const Output& output, const std::string& query,
                             const StepResult& reply) {
  const std::string reason = reply.status == commands::timed_out
                                 ? "docker timed out"
                                 : reason_of(sshkit::CommandFailed(query, reply, output));
  problems_.push_back({host_, reason, scope});
}

void HostReport::read_lock(const Context& context, std::span<const StepResult> replies) {
  lock_.host = host_;
  try {
    lock_.held = parse_lock(context, host_, replies);
  } catch (const sshkit::CommandFailed& failure) {
    lock_.known = false;
    problems_.push_back({host_, "deploy lock: " + reason_of(failure), Scope::detail});
  }
}

void HostReport::read_containers(const Output& output, const std::string& query, const StepResult& reply) {
  containers_known_ = reply.ok() || has_vanished(reply);
  if (!containers_known_) return add_problem(Scope::containers, output, query, reply);
  containers_ = output.readable(reply.out);
  for (const std::string& line : lines_of(containers_)) {
    const std::vector<std::string> fields = split(line, '|');
    const auto created = fields.size() == 2 ? parse_iso8601_utc(fields[1]) : std::nullopt;
    if (created) images_.emplace(fields[0], *created);
  }
}

void HostReport::read_services(const Output& output, const std::string& query, const StepResult& reply) {
  if (!containers_known_) return;
  services_known_ = reply.ok() || has_no_proxy(reply);
  if (!services_known_) return add_problem(Scope::detail, output, query, reply);
  services_ = parse_proxy_services(reply.out);
}

void HostReport::read_usage(const Output& output, const std::string& query, const StepResult& reply) {
  if (!containers_known_) return;
  if (!reply.ok()) return add_problem(Scope::detail, output, query, reply);
  for (const std::string& line : lines_of(reply.out)) {
    const std::vector<std::string> fields = split(line, '|');
    const auto usage = fields.size() == 3 ? parse_usage(fields[1], fields[2]) : std::nullopt;
    if (usage) usage_.emplace(fields[0], *usage);
  }
}

std::vector<AppContainer> HostReport::containers_of(const Owner& owner) const {
  std::vector<AppContainer> containers = parse_states(containers_, owner.name_prefix);
  std::erase_if(containers, [&](const AppContainer& container) {
    return owner.role.empty() ? !container.version.empty() : container.role != owner.role;
  });
  return containers;
}

std::optional<Traffic> HostReport::traffic(const AppContainer& container, const Owner& owner,
                                           const std::vector<AppContainer>& all) const {
  if (!owner.proxied || !container.runs()) return std::nullopt;
  if (!services_known_) return Traffic::unknown;
  const AppContainer* const target = find_target(all, services_, owner.service);
  if (!target) return Traffic::not_serving;
  if (target != &container) return target < &container ? Traffic::draining : Traffic::not_serving;
  const std::string& state = find_service(services_, owner.service)->state;
  return state == "stopped" ? Traffic::maintenance : state == "paused" ? Traffic::paused : Traffic::serving;
}

PlaceStatus HostReport::place(const AppContainer& container, const Owner& owner,
                              const std::vector<AppContainer>& all) const {
  PlaceStatus place{
      .host = host_, .name = owner.name, .container = container, .traffic = traffic(container, owner, all)};
  if (const auto image = images_.find(container.image_id); image != images_.end())
    place.image_created = image->second;
  if (const auto usage = usage_.find(container.id); usage != usage_.end()) place.usage = usage->second;
  return place;
}

std::vector<PlaceStatus> HostReport::places(const Owner& owner) const {
  const RoleState state{.containers = containers_of(owner)};
  std::vector<const AppContainer*> shown = relevant_containers(state);
  if (shown.empty() && !state.containers.empty()) shown = {&state.containers.front()};
  if (shown.empty()) return {{.host = host_, .name = owner.name}};
  std::vector<PlaceStatus> places;
  for (const AppContainer* container : shown) places.push_back(place(*container, owner, state.containers));
  std::ranges::stable_sort(places, {}, &PlaceStatus::traffic);
  return places;
}

std::optional<AppContainer> HostReport::proxy() const {
  const std::vector<AppContainer> found =
      containers_of({.name_prefix = std::string(commands::proxy_container_name)});
  return found.empty() ? std::nullopt : std::optional(found.front());
}

HostReport ask_host(Context& context, sshkit::Remote& remote, WithUsage usage, const sshkit::Steps& more,
                    std::vector<StepResult>& replies_to_more) {
  const Host& host = remote.host();
  const bool keeps_lock = contains(possible_lock_hosts(context), host);
  const std::vector<Query> queries = queries_for(context, host, usage);
  sshkit::Steps steps;
  if (keeps_lock) steps = lock_queries(context.config);
  const size_t lock_count = steps.size();
  for (const Query& query : queries)
    steps.push_back(sshkit::Step::run(query.command).ignore_failure().debug());
  steps.insert(steps.end(), more.begin(), more.end());

  const std::vector<StepResult> replies = remote.run(steps);
  replies_to_more.assign(replies.end() - static_cast<std::ptrdiff_t>(more.size()), replies.end());
  HostReport report(host);
  if (keeps_lock) report.read_lock(context, std::span(replies).first(lock_count));
  for (size_t i = 0; i < queries.size(); ++i)
    (report.*queries[i].read)(context.output, queries[i].name, replies[lock_count + i]);
  return report;
}

}  // namespace kamal::cli
