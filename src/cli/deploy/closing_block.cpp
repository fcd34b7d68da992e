#include "cli/deploy/closing_block.h"

#include <fmt/format.h>

#include <algorithm>
#include <set>

#include "cli/failures.h"
#include "cli/selection.h"
#include "kamal/support/quoting.h"
#include "kamal/support/strings.h"
#include "kamal/support/system.h"

namespace kamal::cli {
namespace {

using namespace std::chrono_literals;
using std::chrono::system_clock;

// Hosts of a role that are in the same state.
struct Group {
  std::vector<Host> hosts{};
  std::string text{};                               // of the first container
  std::string more{};                               // after the age: whether it serves, other containers
  std::optional<system_clock::time_point> since{};  // start of the youngest first container
  bool known = true;

  bool says_the_same(const Group& other) const { return text == other.text && more == other.more; }
};

std::string age_of(const Group& group, system_clock::time_point now) {
  if (!group.since) return "";
  const auto age = std::chrono::duration_cast<std::chrono::seconds>(now - *group.since);
  return fmt::format(" {} {}", group.hosts.size() == 1 ? "for" : "for at least", age_text(std::max(age, 0s)));
}

std::string container_text(const AppContainer& container) {
  return fmt::format("{} {}", container.version.str(), describe(container));
}

Group group_of(const Host& host, const RoleState& state, const std::optional<Version>& attempted) {
  const std::vector<const AppContainer*> containers = relevant_containers(state, attempted);
  if (containers.empty()) return {.hosts = {host}, .text = "nothing running"};
  const AppContainer& first = *containers.front();
  Group group{.hosts = {host}, .text = container_text(first)};
  if (first.runs()) group.since = parse_iso8601_utc(first.started_at);
  if (first.version == state.target && first.answers()) group.more = ", serving";
  for (size_t i = 1; i < containers.size(); ++i) group.more += "; " + container_text(*containers[i]);
  return group;
}

std::vector<Group> groups_of(const Closing& closing, const config::Role& role) {
  std::vector<Group> groups;
  const auto add = [&](Group group) {
    const auto same = std::find_if(groups.begin(), groups.end(),
                                   [&](const Group& other) { return other.says_the_same(group); });
    if (same == groups.end()) return groups.push_back(std::move(group));
    same->hosts.push_back(group.hosts.front());
    if (group.since) same->since = std::max(same->since, group.since);
  };
  for (const Host& host : role.host_names()) {
    const auto state = closing.fleet.states.find({host, role.name});
    if (state != closing.fleet.states.end()) {
      add(group_of(host, state->second, closing.version));
    } else if (const auto reason = closing.fleet.unknown.find(host); reason != closing.fleet.unknown.end()) {
      add({.hosts = {host}, .text = "unknown: " + reason->second, .known = false});
    }
  }
  // Exceptions first.
  std::stable_sort(groups.begin(), groups.end(), [](const Group& a, const Group& b) {
    return std::pair(a.known, a.hosts.size()) < std::pair(b.known, b.hosts.size());
  });
  return groups;
}

std::string states_text(const Closing& closing, const config::Configuration& config) {
  std::string text;
  for (const config::Role& role : config.roles) {
    for (const Group& group : groups_of(closing, role)) {
      text += fmt::format("  {} on {}: {}{}{}\n", role.name.str(), joined(group.hosts, ", "), group.text,
                          age_of(group, closing.now), group.more);
    }
  }
  return text;
}

// Hosts behind kamal-proxy, by the version that it points at; nullopt if that does not answer or is unknown.
using Serving = std::map<std::optional<Version>, std::vector<Host>>;

Serving serving(const Closing& closing, const config::Configuration& config) {
  Serving hosts;
  for (const config::Role& role : config.roles) {
    if (!role.running_proxy()) continue;
    for (const Host& host : role.host_names()) {
      const auto found = closing.fleet.states.find({host, role.name});
      if (found == closing.fleet.states.end()) {
        if (closing.fleet.unknown.contains(host)) hosts[std::nullopt].push_back(host);
        continue;
      }
      const RoleState& state = found->second;
      const AppContainer* const target = state.find(state.target);
      std::vector<Host>& same = hosts[target && target->answers() ? state.target : std::nullopt];
      if (!contains(same, host)) same.push_back(host);  // of another role
    }
  }
  return hosts;
}

std::string serving_text(const Serving& versions) {
  if (versions.size() == 1 && versions.begin()->first)
    return fmt::format("{} is serving requests.\n", versions.begin()->first->str());
  std::vector<std::string> parts;
  for (const auto& [version, hosts] : versions) {
    if (version)
      parts.push_back(fmt::format("{} is serving requests on {}", version->str(), joined(hosts, ", ")));
  }
  return parts.empty() ? "" : join(parts, "; ") + ".\n";
}

// The version to roll back to: the only other running one, if the new one is running, too.
std::optional<Version> rollback_version(const Closing& closing) {
  std::set<Version> others;
  bool switched = false;
  for (const auto& [place, state] : closing.fleet.states) {
    for (const Version& version : state.running()) {
      if (version == closing.version) {
        switched = true;
      } else if (!is_replaced(version)) {
        others.insert(version);
      }
    }
  }
  return switched && others.size() == 1 ? std::optional(*others.begin()) : std::nullopt;
}

// The same command again.
std::string next_run(bool interrupted, const std::string& again) {
  return fmt::format("Next: {}`{}`", interrupted ? "" : "fix the cause and run ", again);
}

std::string next_text(const Closing& closing) {
  std::string text = next_run(closing.interrupted, closing.again);
  if (const auto version = rollback_version(closing)) {
    text +=
        fmt::format(", or roll back: `kamal rollback {}{}`", shell_quote(version->str()), closing.options);
  }
  return text + "\n";
}

std::string command_line(const std::vector<std::string>& arguments) {
  std::string line = "kamal";
  for (const std::string& argument : arguments) line += " " + shell_quote(argument);
  return line;
}

// The lock of a failed run is released, unless even that failed.
std::string lock_text(const LockState& lock, const std::string& options) {
  if (!lock.hosts().empty()) {
    return fmt::format("The deploy lock is still held on {}: release it with `kamal lock release{}`.",
                       joined(lock.hosts(), ", "), options);
  }
  if (lock.held()) return "The deploy lock is held by the calling program.";
  return lock.replaced() ? "The deploy lock is held by another run." : "The deploy lock is free.";
}

// Where the boot had not begun, what runs is what ran before.
void add_version_changes(const States& states, VersionChanges& changes) {
  for (const auto& [place, state] : states) {
    const std::vector<const AppContainer*> containers = relevant_containers(state);
    const auto [change, is_new] = changes.try_emplace(place);
    if (!containers.empty()) change->second.after = containers.front()->version;
    if (is_new) change->second.before = change->second.after;
  }
}

std::string block_for(Context& context, const std::string& what, const std::optional<Version>& version,
                      const std::exception_ptr& failure, const std::string& again) {
  const bool interrupted = context.interrupted();  // before it is asked what runs
  const char* const preposition = what == "rollback" ? "to" : "of";
  const std::string head =
      fmt::format("The {}{} {}", what, version ? fmt::format(" {} {}", preposition, version->str()) : "",
                  interrupted ? "was interrupted" : "failed");
  const std::string options = options_text(context);
  if (!context.lock.was_held() && context.lock.hosts().empty())
    return fmt::format("{}. It changed nothing on the servers.\n{}\n", head, next_run(interrupted, again));
  const Closing closing{.version = version,
                        .interrupted = interrupted,
                        .fleet = inspect_fleet(context, context.time_to_clean_up()),
                        .lock = lock_text(context.lock, options),
                        .again = again,
                        .options = options,
                        .now = context.effects.clock.now()};
  add_version_changes(closing.fleet.states, context.version_changes);
  const std::string cause = interrupted ? "" : context.output.readable(cause_of(failure));
  std::string lines = head + (cause.empty() ? "." : cause) + "\n";
  for (const std::string& line : context.recovery()) lines += line + "\n";
  return lines + closing_block(closing, context.config);
}

}  // namespace

std::string options_text(const Context& context) {
  const Options& options = context.options;
  return option_text("-c", options.config_file()) + option_text("-d", options.text("destination")) +
         option_text("-h", options.text("hosts")) + option_text("-r", options.text("roles")) +
         (options.flag("primary") ? " -p" : "") + (options.flag("skip_hooks") ? " -H" : "");
}

std::string closing_block(const Closing& closing, const config::Configuration& config) {
  return states_text(closing, config) + serving_text(serving(closing, config)) + closing.lock + "\n" +
         next_text(closing);
}

void with_closing_block(Context& context, const std::string& what,
                        const std::function<std::optional<Version>()>& version,
                        const std::function<void()>& work, const std::vector<std::string>& again) {
  try {
    work();
  } catch (...) {
    const std::exception_ptr cause = std::current_exception();
    std::string block;
    try {
      block = block_for(context, what, version(), cause, command_line(again));
    } catch (const std::exception&) {  // for example, the version is unknown
      block = block_for(context, what, std::nullopt, cause, command_line(again));
    }
    throw FailedRun(cause, block);
  }
}

void with_closing_block(Context& context, const std::string& what,
                        const std::function<std::optional<Version>()>& version,
                        const std::function<void()>& work) {
  with_closing_block(context, what, version, work, context.effects.arguments);
}

}  // namespace kamal::cli
