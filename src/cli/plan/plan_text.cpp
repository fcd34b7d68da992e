#include "cli/plan/plan_text.h"

#include <fmt/format.h>

#include <algorithm>

#include "cli/deploy/closing_block.h"
#include "cli/selection.h"
#include "cli/status/status_text.h"
#include "kamal/support/strings.h"

namespace kamal::cli {
namespace {

constexpr size_t max_hosts_named = 5;

std::string hosts_text(const std::vector<Host>& hosts) { return short_list(hosts, max_hosts_named); }

// `command`: the planned one, ready to paste.
std::string verdict(const Plan& plan, const std::string& command) {
  if (!plan.problems.empty())
    return fmt::format("Not everything could be compared; see the end. What is known of `{}`:\n", command);
  if (plan.command.operation == Operation::remove)
    return plan.changes() ? fmt::format("`{}` would remove containers.\n", command) : "Nothing to remove.\n";
  if (plan.changes())
    return fmt::format("After `{}`, something would differ, or needs your attention:\n", command);
  std::string text = "Nothing would change: the same version, image, env, cmd, options and proxy settings";
  if (!plan.command.boots_app()) return text + ".\n";
  return text + fmt::format(".\n`{}` replaces the containers and runs the hooks nevertheless.\n", command);
}

std::string versions_text(const Plan& plan) {
  if (plan.versions_then.empty() && plan.versions_now.empty()) return "";
  std::vector<std::string> now;
  for (const auto& [version, hosts] : plan.versions_now) {
    const std::string where = plan.versions_now.size() == 1 ? "" : " on " + hosts_text(hosts);
    now.push_back(short_version(version) + where);
  }
  const std::string before = now.empty() ? "none" : join(now, ", ");
  if (!plan.command.boots_app()) return fmt::format("Version {}\n", before);
  std::vector<std::string> then;
  for (const Version& version : plan.versions_then) then.push_back(short_version(version));
  const std::string after = then.empty() ? "unknown" : join(then, ", ");
  return fmt::format("Version {}", before == after ? before + ", as now" : before + " -> " + after) + "\n";
}

std::string commits_text(const Plan& plan) {
  if (!plan.commits || plan.commits->count == 0) return "";
  const Commits& commits = *plan.commits;
  std::string text =
      fmt::format("{}{}:\n", counted(static_cast<int64_t>(commits.count), "commit"),
                  commits.direction == Commits::Direction::back ? " that would be rolled back" : "");
  for (const std::string& subject : commits.subjects) text += "    " + subject + "\n";
  if (commits.count > commits.subjects.size())
    text += fmt::format("    and {} more\n", commits.count - commits.subjects.size());
  return text;
}

std::string image_text(const Plan& plan) {
  if (plan.image.empty()) return "";
  const std::string present =
      plan.image_hosts.empty() ? "" : fmt::format(" (present on {})", hosts_text(plan.image_hosts));
  return fmt::format("{} {}{}\n", plan.builds ? "Build and push image" : "Pull image", plan.image, present);
}

// "~ option memory: 1073741824 -> 2147483648"
std::string difference_text(const Difference& difference) {
  using Change = Difference::Change;
  const char sign = difference.change == Change::added     ? '+'
                    : difference.change == Change::removed ? '-'
                                                           : '~';
  std::string text = fmt::format("    {} {}", sign, name_of(difference.kind));
  if (!difference.name.empty()) text += " " + difference.name;
  if (difference.before.empty() && difference.after.empty()) return text + "\n";
  if (difference.change == Change::changed)
    return text + fmt::format(": {} -> {}\n", difference.before, difference.after);
  return text + ": " + (difference.change == Change::added ? difference.after : difference.before) + "\n";
}

std::string action_text(const PlannedContainer& one, const Plan& plan) {
  const std::string before = short_version(one.before), after = short_version(one.after);
  switch (one.action) {
    case Action::start:
      return "start a container" + (after.empty() ? "" : " of " + after);
    case Action::replace:
      if (after.empty()) return "replace the container of " + before;
      return before == after ? fmt::format("replace the container, {} again", before)
                             : fmt::format("replace {} by {}", before, after);
    case Action::stop:
      return fmt::format("stop {}, which no longer serves", before);
    case Action::remove:
      return "remove" + (before.empty() ? "" : " " + before);
    case Action::keep:
      break;
  }
  if (plan.command.operation == Operation::remove) return one.before.empty() ? "nothing to remove" : "keep";
  return one.advice.empty() ? "keep" + (before.empty() ? "" : " " + before) : "differs from deploy.yml";
}

std::string container_text(const PlannedContainer& one, const std::vector<Host>& hosts, const Plan& plan) {
  std::string text = fmt::format("  {} on {}: ", one.name, hosts_text(hosts));
  if (!one.known) return text + "unknown\n";
  text += action_text(one, plan);
  if (!one.note.empty()) text += " (" + one.note + ")";
  if (!one.advice.empty()) text += fmt::format("; needs `{}`", one.advice);
  text += "\n";
  for (const Difference& difference : one.comparison.differences) text += difference_text(difference);
  if (!one.comparison.not_compared.empty())
    text += fmt::format("    ? not compared: {}\n", join(one.comparison.not_compared, ", "));
  return text;
}

bool same_plan(const PlannedContainer& a, const PlannedContainer& b) {
  return a.name == b.name && a.action == b.action && a.before == b.before && a.after == b.after &&
         a.comparison == b.comparison && a.advice == b.advice && a.note == b.note && a.known == b.known;
}

// Hosts with the same plan share an entry.
std::string containers_text(const std::vector<PlannedContainer>& containers, const Plan& plan) {
  std::string text;
  std::vector<const PlannedContainer*> told;
  for (const PlannedContainer& one : containers) {
    const auto same = [&](const PlannedContainer* other) { return same_plan(*other, one); };
    if (std::ranges::any_of(told, same)) continue;
    told.push_back(&one);
    std::vector<Host> hosts;
    for (const PlannedContainer& other : containers) {
      if (same_plan(one, other)) add_once(hosts, other.host);
    }
    text += container_text(one, hosts, plan);
  }
  return text;
}

std::string hooks_text(const Plan& plan) {
  return plan.hooks.empty() ? "" : fmt::format("  Hooks: {}\n", join(plan.hooks, ", "));
}

std::string prunings_text(const Plan& plan) {
  std::string text;
  for (const PlannedPruning& pruning : plan.prunings) {
    std::vector<std::string> parts;
    if (!pruning.containers.empty())
      parts.push_back(counted(static_cast<int64_t>(pruning.containers.size()), "old container"));
    if (!pruning.images.empty())
      parts.push_back(counted(static_cast<int64_t>(pruning.images.size()), "unused image"));
    text += fmt::format("  Prune on {}: {}\n", pruning.host.str(), join(parts, ", "));
  }
  return text;
}

std::string problems_text(const Plan& plan) {
  std::string text;
  for (const StatusProblem& problem : plan.problems) {
    const std::string& host = problem.host.str();
    text += fmt::format("! {}{}\n", host.empty() ? "" : host + ": ", problem.reason);
  }
  return text;
}

}  // namespace

std::string plan_text(const Plan& plan, const Context& context) {
  std::string text = fmt::format("{} on {}\n", context.config.title(),
                                 counted(static_cast<int64_t>(plan.host_count), "host"));
  text += verdict(plan, fmt::format("kamal {}{}", join(plan.command.words, " "), options_text(context))) +
          "\n" + versions_text(plan) + commits_text(plan) + image_text(plan);
  text += containers_text(plan.roles, plan) + containers_text(plan.accessories, plan) +
          containers_text(plan.proxies, plan);
  text += hooks_text(plan) + prunings_text(plan) + locks_text(plan.locks, context);
  for (const std::string& note : plan.notes) text += "  " + note + "\n";
  return text + problems_text(plan);
}

}  // namespace kamal::cli
