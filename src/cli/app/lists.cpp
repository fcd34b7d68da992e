#include <fmt/format.h>

#include <algorithm>

#include "cli/app/app_commands.h"
#include "cli/deploy_lock.h"
#include "kamal/commands/app.h"
#include "kamal/support/strings.h"

namespace kamal::cli {
namespace {

enum class Found { report, stop };

// Versions that run besides the current one.
std::vector<Version> stale_versions(const std::string& list, const std::string& current) {
  std::vector<Version> stale;
  for (const std::string& version : lines_of(list)) {
    if (!version.empty() && version != current) stale.emplace_back(version);
  }
  return stale;
}

void handle_stale_container(Context& context, const Host& host, const config::Role& role,
                            const Version& version, Found found) {
  const std::string which =
      fmt::format("stale container for role {} with version {}", role.name.str(), version.str());
  context.puts_by_host(
      host, found == Found::stop
                ? fmt::format("Stopping {}", which)
                : fmt::format("Detected {} (use `kamal app stale_containers --stop` to stop)", which));
}

void find_stale_containers(Context& context, Found found) {
  const Version version =
      context.config.latest_tag().empty() ? Version() : Version(context.config.latest_tag());
  context.on(context.selection().app_hosts(), [&](sshkit::Remote& remote) {
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
        if (found == Found::report) continue;
        stops.push_back(
            sshkit::Step::run(commands::App(context.config, stale, *roles[i], remote.host()).stop(stale))
                .ignore_failure());
      }
    }
    remote.run(stops);
  });
}

}  // namespace

void app_details(Context& context) {
  const Version none;
  context.on_roles(context.selection().app_hosts(), Context::Roles::side_by_side,
                   [&](sshkit::Remote& remote, const config::Role& role) {
                     const commands::App app(context.config, none, role, remote.host());
                     context.puts_by_host(remote.host(), remote.capture(app.info()));
                   });
}

void app_containers(Context& context) {
  context.on(context.selection().app_hosts(), [&](sshkit::Remote& remote) {
    context.puts_by_host(remote.host(),
                         remote.capture(commands::App(context.config, Version()).list_containers()));
  });
}

void app_images(Context& context) {
  context.on(context.selection().app_hosts(), [&](sshkit::Remote& remote) {
    context.puts_by_host(remote.host(),
                         remote.capture(commands::App(context.config, Version()).list_images()));
  });
}

void app_version(Context& context) {
  context.on(context.selection().app_hosts(), [&](sshkit::Remote& remote) {
    const config::Role& role = *context.selection().roles_on(remote.host()).front();
    const commands::App app(context.config, Version(), role, remote.host());
    context.puts_by_host(remote.host(), remote.capture(app.current_running_version()));
  });
}

std::optional<Version> current_running_version(Context& context) {
  std::string version;
  const std::optional<Host>& primary = context.selection().primary_host();
  if (!primary) return std::nullopt;
  context.on({*primary}, [&](sshkit::Remote& remote) {
    const std::vector<const config::Role*> roles = context.selection().roles_on(remote.host());
    if (roles.empty()) return;
    const commands::App app(context.config, Version(), *roles.front(), remote.host());
    version = remote.capture(app.current_running_version());
  });
  return version.empty() ? std::nullopt : std::optional(Version(version));
}

void app_stale_containers(Context& context) {
  if (!context.options.flag("stop")) return find_stale_containers(context, Found::report);
  with_lock(context, [&] { find_stale_containers(context, Found::stop); });
}

void stop_stale_containers(Context& context) { find_stale_containers(context, Found::stop); }

}  // namespace kamal::cli
