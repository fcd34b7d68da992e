#include "cli/app/boot.h"

#include <fmt/format.h>

#include <algorithm>
#include <iterator>
#include <mutex>

#include "cli/app/health.h"
#include "cli/app/role_boot.h"
#include "cli/deploy/closing_block.h"
#include "cli/failures.h"
#include "cli/hooks.h"
#include "cli/lock/deploy_lock.h"
#include "cli/proxy/boot.h"
#include "cli/registry/registry.h"
#include "cli/selection.h"
#include "kamal/commands/app.h"

namespace kamal::cli {
namespace {

using sshkit::Severity;
using sshkit::Step;
using sshkit::Steps;

// Roles that only waited for others come after them.
[[noreturn]] void throw_causes_first(const sshkit::ExecuteError& error) {
  std::vector<sshkit::HostFailure> failures = error.failures();
  std::stable_partition(failures.begin(), failures.end(), [](const sshkit::HostFailure& failure) {
    return !caused_by<HaltedAtBarrier>(failure);
  });
  throw sshkit::ExecuteError(std::move(failures));
}

void boot_group(Context& context, const std::vector<Host>& hosts, const RoleBootPlan& plan) {
  const std::vector<HostRoles> boots = context.selection().roles_on(hosts, role_order(context.config));
  const auto gatekeeping = [primary = context.selection().primary_role()](const HostRoles& boot) {
    return contains(boot.roles, primary);
  };
  Gatekeepers gatekeepers(plan.barrier,
                          static_cast<size_t>(std::count_if(boots.begin(), boots.end(), gatekeeping)));
  std::vector<sshkit::Executor::Task> tasks;
  for (const HostRoles& boot : boots) {
    const auto boot_roles = [&context, &plan, &boot](sshkit::Remote& remote) {
      for (const config::Role* role : boot.roles) RoleBoot(context, remote, *role, plan).run();
    };
    tasks.push_back({boot.host, boot_roles});
    if (gatekeeping(boot)) tasks.back().ended = [&gatekeepers](sshkit::TaskOutcome) { gatekeepers.ended(); };
  }
  try {
    context.servers.on_each(tasks);
  } catch (const sshkit::ExecuteError& error) {
    throw_causes_first(error);
  }
}

void tag_latest(Context& context, const BootVersions& versions) {
  context.servers.on(context.selection().app_hosts(), [&](sshkit::Remote& remote) {
    const Version& version = versions.on(remote.host());
    const std::string line =
        fmt::format("Tagging {} as the latest image", context.config.absolute_image(version));
    // Logged only after success: a rollback without a version relies on it.
    remote.run({Step::run(commands::App(context.config, version).tag_latest_image()), context.audit(line)});
  });
}

RegistryForwarding forward_registry(Context& context, const BootVersions& versions) {
  RegistryForwarding all;
  for (const Version& version : versions.all()) {
    std::vector<Host> hosts = context.selection().app_hosts();
    std::erase_if(hosts, [&](const Host& host) { return versions.on(host) != version; });
    RegistryForwarding some =
        forward_registry_for_missing(context, hosts, context.config.absolute_image(version));
    std::move(some.begin(), some.end(), std::back_inserter(all));
  }
  return all;
}

std::optional<Certificate> certificate_of(const Context& context, const config::Role& role) {
  return read_certificate(context, role.proxy, "servers/" + role.name.str());
}

// If several versions of a role are running, the one that kamal-proxy points at is the old one.
std::optional<Version> old_version(const std::string& newest, const RoleState* state) {
  if (state && state->target) {
    const std::vector<Version> versions = state->running();
    if (versions.size() > 1 && contains(versions, *state->target)) return state->target;
  }
  return newest.empty() ? std::nullopt : std::optional(Version(newest));
}

// Uploads error pages, assets and certificates to every host, and queries what is running, in one round trip.
RunningVersions prepare_boot(Context& context, const BootVersions& versions, Leftovers leftovers) {
  RunningVersions running;
  std::mutex mutex;
  const ErrorPages pages(context.config);
  context.servers.on(context.selection().app_hosts(), [&](sshkit::Remote& remote) {
    const Version& version = versions.on(remote.host());
    const std::vector<const config::Role*> roles = context.selection().roles_on(remote.host());
    Steps steps;
    pages.add_to(steps, commands::App(context.config, version));
    for (const config::Role* role : roles) {
      const commands::App app(context.config, version, *role, remote.host());
      if (role->assets()) add_assets(steps, app);
      add_certificate(steps, certificate_of(context, *role), app);
    }
    const size_t queries = steps.size();
    for (const config::Role* role : roles) {
      const commands::App app(context.config, version, *role, remote.host());
      // Without an answer, what runs would go on beside the new version.
      steps.push_back(Step::run(app.container_id_for_version(version)));
      steps.push_back(Step::run(app.current_running_version()).ignore_failure());
    }
    if (leftovers == Leftovers::possible) add_queries(steps, context, remote.host(), roles);
    const std::vector<sshkit::StepResult> results = remote.run(steps);
    std::vector<RoleState> states;
    if (leftovers == Leftovers::possible)
      states = parse_replies(context, roles, std::span(results).subspan(queries + 2 * roles.size()));
    const std::lock_guard lock(mutex);
    for (size_t i = 0; i < roles.size(); ++i) {
      RunningVersion& found = running[{remote.host(), roles[i]->name}];
      found.clashes = !results[queries + 2 * i].text().empty();
      found.version = old_version(results[queries + 2 * i + 1].text(), states.empty() ? nullptr : &states[i]);
    }
  });
  return running;
}

void boot_groups_in_turn(Context& context, const RoleBootPlan& plan) {
  const Version& version = plan.versions.primary();
  for (const auto& hosts : in_groups(context.selection().app_hosts(), context.config.boot.limit)) {
    const std::string names = joined(hosts, ",");
    run_hook(context, "pre-app-boot", {.version = version, .hosts = names});
    boot_group(context, hosts, plan);
    settle(context, hosts, plan.versions, plan.switched);
    run_hook(context, "post-app-boot", {.version = version, .hosts = names});
    if (context.config.boot.wait) {
      context.output.log(Severity::info, fmt::format("Waiting {}s after booting {} (boot/wait)",
                                                     context.config.boot.wait->count(), names));
      const auto wait = context.wait(fmt::format("waiting after booting {}", names));
      context.pause(*context.config.boot.wait);
    }
  }
}

bool rolls_back_on_failure(const Context& context) {
  constexpr const char* name = "rollback_on_failure";
  return context.options.is_set(name) ? context.options.flag(name)
                                      : context.config.extensions.rollback_on_failure;
}

// Cleans up after boots that ended early.
void recover(Context& context, BootJournal& journal) {
  if (context.interrupted()) undo_unfinished_boots(context, journal);
  if (rolls_back_on_failure(context)) roll_back_switched_boots(context, journal);
}

void boot_latest(Context& context, std::optional<Version>& version) {
  check_secrets_of_roles(context);
  with_lock(context, [&] {
    if (!context.explicit_version()) context.say("Get most recent version available as an image...");
    const BootVersions versions = versions_to_boot(context);
    version = versions.primary();
    boot_app(context, versions, Leftovers::possible);
  });
}

void app_boot(Context& context) {
  std::optional<Version> version = context.explicit_version();
  with_closing_block(
      context, "boot", [&] { return version; }, [&] { boot_latest(context, version); });
}

}  // namespace

PreviousVersions boot_app(Context& context, const BootVersions& versions, Leftovers leftovers,
                          EnvUpload env_upload) {
  check_hooks(context, {"pre-app-boot", "post-app-boot"});
  context.say(fmt::format("Start container with version {} (or reboot if already running)...",
                          joined(versions.all(), ", ")));
  const RegistryForwarding forwarding = forward_registry(context, versions);
  const RunningVersions running = prepare_boot(context, versions, leftovers);
  for (const auto& [place, found] : running) context.version_changes[place].before = found.version;
  Barrier barrier(context.effects.interruption);
  BootJournal journal;
  SwitchedContainers switched;
  try {
    boot_groups_in_turn(context, {versions, running, barrier, journal, switched, env_upload});
    tag_latest(context, versions);
  } catch (...) {
    recover(context, journal);
    throw;
  }
  PreviousVersions before;
  for (const auto& [place, found] : running) {
    before[place] = found.version;
    context.version_changes[place].after = versions.on(place.first);
  }
  return before;
}

std::vector<OptionSpec> boot_options() {
  return {{.name = "rollback_on_failure", .help = "If booting fails, roll back hosts that have switched"},
          value_option(OptionSpec::Kind::seconds, "--settle SECONDS",
                       "Watch new containers this long; fail if one stops or restarts")};
}

void check_secrets_of_roles(const Context& context) {
  SecretChecks checks;
  for (const Host& host : context.selection().app_hosts()) {
    for (const config::Role* role : context.selection().roles_on(host)) {
      checks.add([&] { env_file_of(context, *role, host); });
      checks.add([&] { certificate_of(context, *role); });
    }
  }
  checks.throw_problems();
}

std::vector<CommandSpec> app_boot_commands() {
  return {{.name = "boot",
           .summary = "Boot the app, replacing running containers",
           .options = boot_options(),
           .examples = {"kamal app boot", "kamal app boot --version 5b3a1f0"},
           .run = app_boot}};
}

}  // namespace kamal::cli
