#include "cli/plan/plan_text.h"
#include "cli/status/status_json.h"
#include "kamal/support/system.h"

namespace kamal::cli {
namespace {

using nlohmann::ordered_json;

template <class Items>
ordered_json texts_of(const Items& items) {
  return list_of(items, [](const auto& item) { return item.str(); });
}

ordered_json difference_json(const Difference& difference) {
  return {{"kind", name_of(difference.kind)},
          {"name", text_or_null(difference.name)},
          {"change", name_of(difference.change)},
          {"before", text_or_null(difference.before)},
          {"after", text_or_null(difference.after)}};
}

// Of a container that is known.
ordered_json container_json(const PlannedContainer& one, const char* kind) {
  ordered_json json = {{"host", one.host.str()}};
  if (kind) json[kind] = one.name;
  json["action"] = one.known ? ordered_json(name_of(one.action)) : ordered_json();
  json["changes"] = one.known ? ordered_json(one.changes()) : ordered_json();
  json["version_before"] = text_or_null(one.before.str());
  json["version_after"] = text_or_null(one.after.str());
  json["differences"] = list_of(one.comparison.differences, difference_json);
  json["not_compared"] = one.comparison.not_compared;
  json["needs"] = text_or_null(one.advice);
  json["note"] = text_or_null(one.note);
  return json;
}

ordered_json containers_json(const std::vector<PlannedContainer>& containers, const char* kind) {
  return list_of(containers, [kind](const PlannedContainer& one) { return container_json(one, kind); });
}

ordered_json commits_json(const std::optional<Commits>& commits) {
  if (!commits) return {};
  return {{"count", commits->count},
          {"direction", commits->direction == Commits::Direction::back ? "back" : "forward"},
          {"subjects", commits->subjects}};
}

ordered_json image_json(const Plan& plan) {
  if (plan.image.empty()) return {};
  return {{"name", plan.image},
          {"action", plan.builds ? "build" : "pull"},
          {"present_on", texts_of(plan.image_hosts)}};
}

ordered_json pruning_json(const PlannedPruning& pruning) {
  return {{"host", pruning.host.str()}, {"containers", pruning.containers}, {"images", pruning.images}};
}

}  // namespace

std::string plan_json(const Plan& plan, const Context& context) {
  const config::Configuration& config = context.config;
  const ordered_json json = {
      {"format", 1},
      {"service", config.service},
      {"destination", config.destination ? ordered_json(config.destination->str()) : ordered_json()},
      {"command", plan.command.words},
      {"asked_at", iso8601_utc(context.effects.clock.now())},
      {"changes", plan.changes()},
      {"versions_before",
       list_of(plan.versions_now,
               [](const auto& now) {
                 return ordered_json{{"version", now.first.str()}, {"hosts", texts_of(now.second)}};
               })},
      {"versions_after", texts_of(plan.versions_then)},
      {"commits", commits_json(plan.commits)},
      {"image", image_json(plan)},
      {"roles", containers_json(plan.roles, "role")},
      {"accessories", containers_json(plan.accessories, "accessory")},
      {"proxies", containers_json(plan.proxies, nullptr)},
      {"hooks", plan.hooks},
      {"prune", list_of(plan.prunings, pruning_json)},
      {"notes", plan.notes},
      {"locks", list_of(plan.locks, lock_json)},
      {"problems", list_of(plan.problems, problem_json)},
  };
  return json.dump(2, ' ', false, ordered_json::error_handler_t::replace) + "\n";
}

}  // namespace kamal::cli
