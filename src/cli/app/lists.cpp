#include "cli/app/lists.h"

#include <fmt/format.h>

#include <algorithm>

#include "cli/lock/deploy_lock.h"
#include "kamal/commands/app.h"
#include "kamal/support/strings.h"

namespace kamal::cli {
namespace {

enum class Stale { report, stop };

// Versions that run besides the current one.
std::vector<Version> stale_versions(const std::string& list, const std::string& current) {
  std::vector<Version> stale;
  for (const std::string& version : lines_of(list)) {
    if (!version.empty() && version != current) stale.emplace_back(version);
  }
  return stale;
}

void handle_stale_container(Context& context, const Host& host, const config::Role& role,
                            const Version& version, Stale found) {
  const std::string which =
      fmt::format("stale container for role {} with version {}", role.name.str(), version.str());
  context.console.puts_by_host(
      host, found == Stale::stop
                ? fmt::format("Stopping {}", which)
                : fmt::format("Detected {} (use `kamal app stale_containers --stop` to stop)", which));
}

void find_stale_containers(Context& context, Stale found) {
  const Version version =
      context.config.latest_tag().empty() ? Version() : Version(context.config.latest_tag());
  context.servers.on(context.selection().app_hosts(), [&](sshkit::Remote& remote) {
    const std::vector<const config::Role*> roles = context.selection().roles_on(remote.host());
    sshkit::Steps questions;
    for (const config::Role* role : roles) {
      const commands::App app(context.config, version, *role, remote.host());
      questions.push_back(sshkit::Step::run(app.list_versions()).ignore_failure());
      questions.push_back(sshkit::Step::run(app.current_running_version()).ignore_failure());
    }
    const std::vector<sshkit::StepResult> answers = remote.run(questions);
    sshkit::Steps stops;
    for (size_t i = 0; i < roles.size(); ++i) {
      for (const Version& stale : stale_versions(answers[2 * i].out, answers[2 * i + 1].text())) {
        handle_stale_container(context, remote.host(), *roles[i], stale, found);
        if (found == Stale::report) continue;
        stops.push_back(
            sshkit::Step::run(commands::App(context.config, stale, *roles[i], remote.host()).stop(stale))
                .ignore_failure());
      }
    }
    remote.run(stops);
  });
}

void app_containers(Context& context) {
  context.servers.on(context.selection().app_hosts(), [&](sshkit::Remote& remote) {
    context.console.puts_by_host(remote.host(),
                                 remote.capture(commands::App(context.config, Version()).list_containers()));
  });
}

void app_images(Context& context) {
  context.servers.on(context.selection().app_hosts(), [&](sshkit::Remote& remote) {
    context.console.puts_by_host(remote.host(),
                                 remote.capture(commands::App(context.config, Version()).list_images()));
  });
}

void app_version(Context& context) {
  context.servers.on(context.selection().app_hosts(), [&](sshkit::Remote& remote) {
    const config::Role& role = *context.selection().roles_on(remote.host()).front();
    const commands::App app(context.config, Version(), role, remote.host());
    context.console.puts_by_host(remote.host(), remote.capture(app.current_running_version()));
  });
}

void app_stale_containers(Context& context) {
  if (!context.options.flag("stop")) return find_stale_containers(context, Stale::report);
  with_lock(context, [&] { find_stale_containers(context, Stale::stop); });
}

}  // namespace

void app_details(Context& context) {
  const Version none;
  context.servers.on_roles(context.selection(), context.selection().app_hosts(), Servers::Roles::side_by_side,
                           [&](sshkit::Remote& remote, const config::Role& role) {
                             const commands::App app(context.config, none, role, remote.host());
                             context.console.puts_by_host(remote.host(), remote.capture(app.info()));
                           });
}

void stop_stale_containers(Context& context) { find_stale_containers(context, Stale::stop); }

std::vector<CommandSpec> app_list_commands() {
  return {
      {.name = "containers",
       .summary = "Show the app's containers",
       .examples = {"kamal app containers"},
       .run = app_containers},
      {.name = "details",
       .summary = "Show the app's running containers",
       .examples = {"kamal app details"},
       .run = app_details},
      {.name = "images",
       .summary = "Show the app's images",
       .examples = {"kamal app images"},
       .run = app_images},
      {.name = "stale_containers",
       .summary = "List containers still running old versions",
       .options = {{.name = "stop", .short_name = 's', .help = "Stop them"}},
       .examples = {"kamal app stale-containers --stop"},
       .run = app_stale_containers},
      {.name = "version",
       .summary = "Show the running version",
       .examples = {"kamal app version"},
       .run = app_version},
  };
}

}  // namespace kamal::cli
