#include "cli/status/status_json.h"

#include "kamal/support/system.h"

namespace kamal::cli {

using nlohmann::ordered_json;

ordered_json text_or_null(const std::string& text) {
  return text.empty() ? ordered_json() : ordered_json(text);
}

ordered_json text_or_null(const std::optional<std::string>& text) {
  return text ? ordered_json(*text) : ordered_json();
}

namespace {

ordered_json time_or_null(const std::optional<std::chrono::system_clock::time_point>& time) {
  return time && time->time_since_epoch().count() > 0 ? ordered_json(iso8601_utc(*time)) : ordered_json();
}

ordered_json usage_json(const std::optional<Usage>& usage) {
  if (!usage) return {};
  return {{"cpu_percent", usage->cpu_percent}, {"memory_bytes", usage->memory_bytes}};
}

// What role, accessory and proxy have in common. `unknown` and `missing` are states of ours, the others
// docker's.
void add_container(ordered_json& json, const std::optional<AppContainer>& container, bool known) {
  json["state"] = container ? container->status : known ? "missing" : "unknown";
  json["health"] = container ? text_or_null(container->health) : ordered_json();
  json["exit_code"] = container && !container->runs() ? ordered_json(container->exit_code) : ordered_json();
  json["restarts"] = container ? ordered_json(container->restarts) : ordered_json();
  json["started_at"] = container ? time_or_null(parse_iso8601_utc(container->started_at)) : ordered_json();
  json["finished_at"] = container ? time_or_null(parse_iso8601_utc(container->finished_at)) : ordered_json();
  json["image"] = container ? text_or_null(container->image) : ordered_json();
}

ordered_json place_json(const PlaceStatus& place, const char* kind) {
  ordered_json json = {{"host", place.host.str()}, {kind, place.name}};
  add_container(json, place.container, place.known);
  json["image_created_at"] = time_or_null(place.image_created);
  json["traffic"] = place.traffic ? ordered_json(name_of(*place.traffic)) : ordered_json();
  json["usage"] = usage_json(place.usage);
  return json;
}

ordered_json role_json(const PlaceStatus& place) {
  ordered_json json = place_json(place, "role");
  json["version"] = place.container ? text_or_null(place.container->version.str()) : ordered_json();
  return json;
}

ordered_json proxy_json(const ProxyStatus& proxy) {
  ordered_json json = {{"host", proxy.host.str()}};
  add_container(json, proxy.container, proxy.known);
  json["version"] = proxy.container ? text_or_null(proxy.version()) : ordered_json();
  return json;
}

}  // namespace

ordered_json lock_json(const LockStatus& lock) {
  ordered_json json = {{"host", lock.host.str()},
                       {"state", !lock.known ? "unknown"
                                 : lock.held ? "held"
                                             : "free"}};
  const HeldLock::Parts parts = lock.held ? lock.held->parts() : HeldLock::Parts();
  json["holder"] = text_or_null(parts.holder);
  json["since"] = time_or_null(parts.since);
  json["version"] = text_or_null(parts.version);
  json["message"] = text_or_null(parts.message);
  json["manual"] = lock.held && lock.held->acquired_manually();
  json["abandoned"] = lock.held && lock.held->is_abandoned();
  return json;
}

ordered_json problem_json(const StatusProblem& problem) {
  return {{"host", text_or_null(problem.host.str())},
          {"reason", problem.reason},
          {"unreachable", problem.scope == StatusProblem::Scope::connection}};
}

std::string status_json(const FleetStatus& status, const Context& context) {
  const config::Configuration& config = context.config;
  const ordered_json json = {
      {"format", 1},
      {"service", config.service},
      {"destination", config.destination ? ordered_json(config.destination->str()) : ordered_json()},
      {"asked_at", iso8601_utc(status.asked_at)},
      {"hosts", list_of(status.hosts, [](const Host& host) { return host.str(); })},
      {"roles", list_of(status.roles, role_json)},
      {"accessories",
       list_of(status.accessories, [](const PlaceStatus& place) { return place_json(place, "accessory"); })},
      {"proxies", list_of(status.proxies, proxy_json)},
      {"locks", list_of(status.locks, lock_json)},
      {"problems", list_of(status.problems, problem_json)},
  };
  return json.dump(2, ' ', false, ordered_json::error_handler_t::replace) + "\n";
}

}  // namespace kamal::cli
