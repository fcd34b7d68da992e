#include <fmt/format.h>

#include <algorithm>
#include <set>

#include "cli/app/versions.h"
#include "cli/deploy/closing_block.h"
#include "cli/failures.h"
#include "cli/hooks.h"
#include "cli/plan/compare.h"
#include "cli/plan/plan.h"
#include "cli/plan/pruning.h"
#include "cli/selection.h"
#include "kamal/support/strings.h"
#include "kamal/support/version.h"

namespace kamal::cli {
namespace {

constexpr size_t max_subjects = 5;

// The git revision in a version: 9be7d04_uncommitted_... -> 9be7d04. "" if it has none.
std::string revision_in(const Version& version) {
  constexpr size_t shortest = 7;
  const std::string revision = version.str().substr(0, version.str().find('_'));
  const bool is_hash =
      revision.size() >= shortest && revision.find_first_not_of("0123456789abcdef") == std::string::npos;
  return is_hash ? revision : "";
}

std::optional<Commits> commits_between(Git& git, const Version& now, const Version& then) {
  const std::string from = revision_in(now), to = revision_in(then);
  if (from.empty() || to.empty() || !git.installed() || !git.used()) return std::nullopt;
  auto subjects = git.subjects_between(from, to);
  Commits::Direction direction = Commits::Direction::forward;
  if (subjects && subjects->empty()) {
    subjects = git.subjects_between(to, from);
    if (subjects && !subjects->empty()) direction = Commits::Direction::back;
  }
  if (!subjects) return std::nullopt;
  Commits commits{.count = subjects->size(), .subjects = std::move(*subjects), .direction = direction};
  commits.subjects.resize(std::min(commits.count, max_subjects));
  return commits;
}

std::vector<std::string> hooks_of(const PlannedCommand& command, const Context& context) {
  std::vector<std::string> hooks = {"pre-connect"};
  if (command.operation == Operation::boot_app) hooks.insert(hooks.end(), {"pre-app-boot", "post-app-boot"});
  const bool builds = command.deploys() && !context.options.flag("skip_push");
  if (command.deploys() || command.operation == Operation::rollback)
    hooks = hooks_of_deploy(builds ? WithBuild::yes : WithBuild::no);
  if (command.operation == Operation::setup) hooks.insert(hooks.begin() + 1, "docker-setup");
  return existing_hooks(context, hooks);
}

class Planner {
 public:
  Planner(Context& context, const PlannedCommand& command) : context_(context) { plan_.command = command; }

  Plan make() {
    find_versions();
    facts_ = gather_facts(context_);
    const FleetStatus& status = facts_.status;
    plan_.host_count = status.hosts.size();
    plan_.locks = status.locks;
    plan_.problems.insert(plan_.problems.end(), status.problems.begin(), status.problems.end());
    add_roles();
    add_accessories();
    add_proxies();
    add_left_roles();
    for (const auto& [host, details] : facts_.details) {
      if (contains(details.image_names, plan_.image)) plan_.image_hosts.push_back(host);
    }
    finish();
    return std::move(plan_);
  }

 private:
  void find_versions() {
    try {
      if (plan_.command.deploys()) {
        then_ = BootVersions(context_.version());
        plan_.image = context_.config.absolute_image(context_.version());
        plan_.builds = !context_.options.flag("skip_push");
        note_uncommitted_changes();
      } else if (plan_.command.version) {
        then_ = BootVersions(*plan_.command.version);
      } else if (plan_.command.operation == Operation::boot_app) {
        const sshkit::VerbosityScope no_messages(context_.output, sshkit::Verbosity::error);
        then_ = versions_to_boot(context_);
      }
    } catch (const Interrupted&) {
      throw;
    } catch (const sshkit::ExecuteError&) {  // gather_facts() says why
      plan_.problems.push_back({Host(),
                                "the version of the latest image could not be read (pass --version VERSION)",
                                StatusProblem::Scope::detail});
    } catch (const std::runtime_error& error) {
      plan_.problems.push_back({Host(), reason_of(error), StatusProblem::Scope::detail});
    }
    if (then_) plan_.versions_then = then_->all();
  }

  void note_uncommitted_changes() {
    if (!plan_.builds || context_.config.builder.context || !context_.git.used() ||
        context_.git.uncommitted_changes().empty())
      return;
    plan_.notes.emplace_back(
        "The image is built from the last commit, without uncommitted changes; deploy.yml is used as it is");
  }

  std::string advice(const std::string& command) const { return "kamal " + command + options_text(context_); }

  Version version_on(const Host& host) const { return then_ ? then_->on(host) : Version(); }

  void add_roles() {
    if (plan_.command.operation == Operation::boot_accessory) return;
    std::set<std::pair<Host, std::string>> seen;
    for (const PlaceStatus& place : facts_.status.roles) {
      if (place.container) add_version_now(place);
      const bool is_first = seen.emplace(place.host, place.name).second;
      plan_.roles.push_back(is_first ? planned_role(place) : stopped_role(place));
    }
  }

  void add_version_now(const PlaceStatus& place) {
    if (!place.container->runs()) return;
    auto& now = plan_.versions_now;
    const Version version = without_replaced(place.container->version);
    const auto same = std::ranges::find(now, version, &std::pair<Version, std::vector<Host>>::first);
    if (same == now.end()) {
      now.push_back({version, {place.host}});
    } else {
      add_once(same->second, place.host);
    }
  }

  // Of an older version, not behind kamal-proxy.
  PlannedContainer stopped_role(const PlaceStatus& place) const {
    return {.host = place.host,
            .name = place.name,
            .action = plan_.command.boots_app() ? Action::stop : Action::remove,
            .before = place.container->version};
  }

  PlannedContainer planned_role(const PlaceStatus& place) {
    PlannedContainer role{.host = place.host, .name = place.name, .known = place.known};
    if (!place.known) return role;
    if (place.container) role.before = place.container->version;
    if (plan_.command.operation == Operation::remove) {
      role.action = place.container ? Action::remove : Action::keep;
      return role;
    }
    role.after = version_on(place.host);
    role.action = place.container && place.container->runs() ? Action::replace : Action::start;
    if (role.action == Action::replace)
      role.comparison = comparison_.role(place, *context_.config.role(RoleName(place.name)));
    check_rollback(place);
    return role;
  }

  // A rollback needs a container of its version, to know that its image is there.
  void check_rollback(const PlaceStatus& place) {
    if (plan_.command.operation != Operation::rollback || !facts_.on(place.host).known) return;
    const config::Role& role = *context_.config.role(RoleName(place.name));
    const std::string name = context_.config.container_name(role, *plan_.command.version);
    for (const nlohmann::json& container : facts_.on(place.host).containers) {
      if (name_in(container) == name) return;
    }
    plan_.problems.push_back({place.host,
                              fmt::format("no container of version {} for {}, so the rollback would fail "
                                          "(`kamal app containers` lists the versions)",
                                          plan_.command.version->str(), place.name),
                              StatusProblem::Scope::detail});
  }

  void add_accessories() {
    for (const PlaceStatus& place : facts_.status.accessories) {
      if (!plan_.command.shows_accessory(place.name)) continue;
      PlannedContainer accessory{.host = place.host, .name = place.name, .known = place.known};
      if (place.known && place.container) {
        plan_existing_accessory(accessory, place);
      } else if (place.known && plan_.command.operation != Operation::remove) {
        plan_missing_accessory(accessory, "no container");
      }
      plan_.accessories.push_back(std::move(accessory));
    }
  }

  void plan_existing_accessory(PlannedContainer& accessory, const PlaceStatus& place) {
    if (plan_.command.operation == Operation::remove) {
      accessory.action = Action::remove;
      accessory.note = "with its image and data directories, if you confirm it";
      return;
    }
    if (place.container->status == "created") return plan_missing_accessory(accessory, "never started");
    accessory.comparison = comparison_.accessory(place, *context_.config.accessory(place.name));
    if (!place.container->runs()) accessory.note = describe(*place.container);
    if (!accessory.note.empty() || !accessory.comparison.differences.empty())
      accessory.advice = advice("accessory reboot " + place.name);
  }

  void plan_missing_accessory(PlannedContainer& accessory, const char* state) const {
    if (plan_.command.boots_accessory(accessory.name)) {
      accessory.action = Action::start;
      return;
    }
    accessory.note = state;
    accessory.advice = advice("accessory boot " + accessory.name);
  }

  void add_proxies() {
    if (plan_.command.operation == Operation::boot_accessory) return;
    for (const ProxyStatus& status : facts_.status.proxies) {
      PlannedContainer proxy{.host = status.host, .name = "kamal-proxy", .known = status.known};
      proxy.before = Version(status.version());
      if (status.known) {
        if (plan_.command.operation == Operation::remove) {
          plan_proxy_removal(proxy, status);
        } else if (status.container && status.container->runs()) {
          plan_running_proxy(proxy, status);
        } else {
          plan_missing_proxy(proxy, status);
        }
      }
      plan_.proxies.push_back(std::move(proxy));
    }
  }

  void plan_running_proxy(PlannedContainer& proxy, const ProxyStatus& status) {
    proxy.after = proxy.before;
    if (older_version(proxy.before.str(), config::minimum_proxy_version))
      proxy.note = fmt::format("older than {}, so a deploy fails", config::minimum_proxy_version);
    proxy.comparison = comparison_.proxy(status);
    if (!proxy.note.empty() || !proxy.comparison.differences.empty()) proxy.advice = advice("proxy reboot");
  }

  void plan_missing_proxy(PlannedContainer& proxy, const ProxyStatus& status) const {
    proxy.note = status.container ? describe(*status.container) : "no container";
    if (plan_.command.boots_proxy()) {
      proxy.action = Action::start;
    } else {
      proxy.advice = advice("proxy boot");
    }
  }

  // Stays for other apps.
  void plan_proxy_removal(PlannedContainer& proxy, const ProxyStatus& status) const {
    if (!status.container) return;
    const bool others = std::ranges::any_of(facts_.on(status.host).apps, [&](const std::string& app) {
      return app != context_.config.service_and_destination();
    });
    proxy.action = others ? Action::keep : Action::remove;
    if (others) proxy.note = "other apps are installed";
  }

  // Nothing stops a role that was taken out of deploy.yml.
  void add_left_roles() {
    if (!plan_.command.boots_app()) return;
    for (const auto& [host, details] : facts_.details) {
      for (const nlohmann::json& container : details.containers) {
        const std::string role = text_at(container, "/Config/Labels/role");
        const std::string destination = context_.config.destination ? context_.config.destination->str() : "";
        const bool is_ours = text_at(container, "/Config/Labels/service") == context_.config.service &&
                             text_at(container, "/Config/Labels/destination") == destination;
        if (!is_ours || role.empty() || text_at(container, "/State/Status") != "running") continue;
        const config::Role* const known = context_.config.role(RoleName(role));
        if (known && known->runs_on(host)) continue;
        plan_.notes.push_back(fmt::format(
            "Role {} still runs on {} ({}), where deploy.yml no longer has it; `kamal {}` does not stop it",
            role, host.str(), name_in(container), join(plan_.command.words, " ")));
      }
    }
  }

  void finish() {
    for (const StatusProblem& problem : comparison_.problems()) plan_.problems.push_back(problem);
    if (!plan_.versions_now.empty() && plan_.versions_then.size() == 1) {
      const Version& now = plan_.versions_now.front().first;
      if (now != plan_.versions_then.front())
        plan_.commits = commits_between(context_.git, now, plan_.versions_then.front());
    }
    plan_.hooks = hooks_of(plan_.command, context_);
    if (!plan_.command.prunes() || !then_) return;
    for (const auto& [host, details] : facts_.details) {
      PlannedPruning pruning = plan_pruning(context_.config, host, details, plan_, then_->on(host));
      if (!pruning.containers.empty() || !pruning.images.empty())
        plan_.prunings.push_back(std::move(pruning));
    }
  }

  Context& context_;
  Facts facts_;
  FleetComparison comparison_{context_, facts_};
  std::optional<BootVersions> then_;
  Plan plan_;
};

}  // namespace

const char* name_of(Action action) {
  switch (action) {
    case Action::keep:
      return "keep";
    case Action::start:
      return "start";
    case Action::replace:
      return "replace";
    case Action::stop:
      return "stop";
    case Action::remove:
      break;
  }
  return "remove";
}

bool PlannedCommand::boots_accessory(const std::string& name) const {
  return operation == Operation::setup ||
         (operation == Operation::boot_accessory && (accessory == "all" || accessory == name));
}

bool PlannedCommand::shows_accessory(const std::string& name) const {
  return operation == Operation::deploy || operation == Operation::remove || boots_accessory(name);
}

bool PlannedContainer::changes() const {
  if (action == Action::replace) return before != after || !comparison.differences.empty();
  return action != Action::keep || !advice.empty();
}

bool Plan::changes() const {
  const auto any_changes = [](const std::vector<PlannedContainer>& containers) {
    return std::ranges::any_of(containers, &PlannedContainer::changes);
  };
  return any_changes(roles) || any_changes(accessories) || any_changes(proxies);
}

Plan make_plan(Context& context, const PlannedCommand& command) { return Planner(context, command).make(); }

}  // namespace kamal::cli
