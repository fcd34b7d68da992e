#include "cli/app/boot.h"

#include <fmt/format.h>

#include "cli/app/boot_preparation.h"
#include "cli/app/role_boot.h"
#include "cli/barrier.h"
#include "cli/hooks.h"
#include "cli/joined.h"
#include "kamal/commands/app.h"

namespace kamal::cli {
namespace {

// The hosts that boot together: all of them, or boot.limit at a time.
std::vector<std::vector<Host>> boot_groups(const Context& context) {
  const std::vector<Host> hosts = context.selection().app_hosts();
  if (!context.config.boot.limit) return {hosts};
  std::vector<std::vector<Host>> groups;
  const auto limit = static_cast<size_t>(*context.config.boot.limit);
  for (size_t i = 0; i < hosts.size(); ++i) {
    if (i % limit == 0) groups.emplace_back();
    groups.back().push_back(hosts[i]);
  }
  return groups;
}

// Counts the primary role's containers that are still to come in a group. Where the last one ends without
// having opened the barrier (its host can't be reached, say), nobody will: it closes.
class Gatekeepers {
 public:
  Gatekeepers(Barrier& barrier, size_t count) : barrier_(barrier), left_(count) {}
  void ended() {
    if (--left_ == 0) barrier_.close();
  }

 private:
  Barrier& barrier_;
  std::atomic<size_t> left_;
};

void boot_group(Context& context, const std::vector<Host>& hosts, const RoleBootPlan& plan) {
  const Role* const primary = context.selection().primary_role();
  std::vector<sshkit::Executor::Task> tasks;
  size_t gatekeeping_tasks = 0;
  for (const Host& host : hosts) {
    std::vector<std::vector<const Role*>> in_turn = {context.selection().roles_on(host)};
    if (context.config.boot.parallel_roles) {
      std::vector<std::vector<const Role*>> alone;
      for (const Role* role : in_turn.front()) alone.push_back({role});
      in_turn = std::move(alone);
    }
    for (std::vector<const Role*>& roles : in_turn) {
      const bool gatekeeping = std::find(roles.begin(), roles.end(), primary) != roles.end();
      gatekeeping_tasks += gatekeeping ? 1 : 0;
      tasks.push_back({host,
                       [&context, &plan, roles](sshkit::Remote& remote) {
                         for (const Role* role : roles) RoleBoot(context, remote, *role, plan).run();
                       },
                       gatekeeping ? std::function<void()>([] {}) : nullptr});
    }
  }
  Gatekeepers gatekeepers(plan.barrier, gatekeeping_tasks);
  for (sshkit::Executor::Task& task : tasks) {
    if (task.ended) task.ended = [&gatekeepers] { gatekeepers.ended(); };
  }
  context.on_each(tasks);
}

void tag_latest(Context& context, const Version& version) {
  const std::string line =
      fmt::format("Tagging {} as the latest image", context.config.absolute_image(version));
  context.on(context.selection().app_hosts(), [&](sshkit::Remote& remote) {
    remote.run({context.audit(line), step(commands::App(context.config, version).tag_latest_image())});
  });
}

}  // namespace

void boot_app(Context& context, const Version& version) {
  context.say(
      fmt::format("Start container with version {} (or reboot if already running)...", version.str()));
  const RunningVersions running = prepare_boot(context, version);
  Barrier barrier(context.effects.interruption);
  const RoleBootPlan plan{version, running, barrier};
  for (const std::vector<Host>& hosts : boot_groups(context)) {
    const std::string names = joined(hosts, ",");
    run_hook(context, "pre-app-boot", {.version = version, .hosts = names});
    boot_group(context, hosts, plan);
    run_hook(context, "post-app-boot", {.version = version, .hosts = names});
    if (context.config.boot.wait) {
      context.effects.clock.sleep(
          std::chrono::milliseconds(static_cast<int64_t>(*context.config.boot.wait * 1000)));
      context.effects.interruption.check();
    }
  }
  tag_latest(context, version);
}

}  // namespace kamal::cli
