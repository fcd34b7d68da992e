#include "cli/app/inspection.h"

#include <fmt/format.h>

#include <atomic>
#include <utility>

#include "cli/errors.h"
#include "cli/exec.h"
#include "cli/lock/deploy_lock.h"
#include "cli/log_following.h"
#include "cli/selection.h"
#include "kamal/commands/app.h"
#include "kamal/commands/base.h"
#include "kamal/support/strings.h"

namespace kamal::cli {
namespace {

void app_containers(Context& context) {
  show_by_host(context, context.selection().app_hosts(),
               [&](const Host&) { return commands::App(context.config, Version()).list_containers(); });
}

void app_images(Context& context) {
  show_by_host(context, context.selection().app_hosts(),
               [&](const Host&) { return commands::App(context.config, Version()).list_images(); });
}

void app_version(Context& context) {
  show_by_host(context, context.selection().app_hosts(), [&](const Host& host) {
    const config::Role& role = *context.selection().roles_on(host).front();
    return commands::App(context.config, Version(), role, host).current_running_version();
  });
}

// A container that is named is the same one for every role of its host.
std::vector<const config::Role*> roles_with_logs(const Context& context, const Host& host,
                                                 const commands::LogOptions& options) {
  std::vector<const config::Role*> roles = context.selection().roles_on(host);
  if (options.container_id && roles.size() > 1) roles.resize(1);
  return roles;
}

// Every selected role on every selected host; prefixed where there are several.
void follow_app(Context& context, const commands::LogOptions& options) {
  std::vector<std::pair<Host, const config::Role*>> places;
  for (const Host& host : context.selection().app_hosts()) {
    for (const config::Role* role : roles_with_logs(context, host, options)) places.emplace_back(host, role);
  }
  std::vector<FollowedLog> logs;
  for (const auto& [host, role] : places) {
    const std::string prefix = fmt::format("{} {}: ", host.str(), role->name.str());
    const commands::App app(context.config, Version(), *role, host);
    logs.push_back({host, prefix, app.container_of(options),
                    [app](const commands::LogOptions& now) { return app.follow_logs(now); }});
  }
  follow_logs(context, options, std::move(logs));
}

enum class HasContainer { no, yes };

// Shows the log, or why docker and grep had nothing to show.
HasContainer show_log(Context& context, sshkit::Remote& remote, const config::Role& role,
                      const commands::LogOptions& options) {
  const commands::App app(context.config, Version(), role, remote.host());
  const bool only_role = context.selection().roles_on(remote.host()).size() < 2;
  const auto show = [&](const std::string& text) {
    if (only_role) return context.console.puts_by_host(remote.host(), text);
    context.console.puts_by_role(remote.host(), role, text);
  };
  const sshkit::StepResult logs = remote.execute(app.logs(options), sshkit::OnFailure::ignore);
  if (logs.ok()) {
    show(logs.text());
    return HasContainer::yes;
  }
  const Command find = commands::inspect_container(app.container_of(options));
  const sshkit::StepResult container =
      remote.execute(find, sshkit::OnFailure::ignore, sshkit::LogLevel::debug);
  if (!container.text().empty()) {
    show(logs.text().empty() ? "Nothing found" : "Nothing found: " + logs.text());
    return HasContainer::yes;
  }
  show(options.container_id
           ? fmt::format("No container {}", *options.container_id)
           : fmt::format("Nothing found: no container of {} is running (`kamal app containers` lists all; "
                         "--container-id shows the log of a stopped one)",
                         role.name.str()));
  return HasContainer::no;
}

void show_logs(Context& context, const commands::LogOptions& options) {
  std::atomic<bool> found = false;
  const std::vector<Host> hosts = context.selection().app_hosts();
  std::vector<sshkit::Executor::Task> tasks;
  for (const Host& host : hosts) {
    for (const config::Role* role : roles_with_logs(context, host, options)) {
      tasks.push_back({host, [&context, &options, &found, role](sshkit::Remote& remote) {
                         if (show_log(context, remote, *role, options) == HasContainer::yes) found = true;
                       }});
    }
  }
  context.servers.on_each(tasks);
  if (options.container_id && !found && !hosts.empty()) {
    throw Error(ErrorKind::no_action,
                fmt::format("No container {} on {} (run `kamal app containers` to list them)",
                            *options.container_id, joined(hosts, ", ")));
  }
}

void app_logs(Context& context) {
  commands::LogOptions options = log_options(context);
  options.container_id = context.options.text("container_id");
  if (context.options.flag("follow")) return follow_app(context, options);
  show_logs(context, options);
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

std::vector<CommandSpec> app_inspection_commands() {
  std::vector<OptionSpec> log_options = logs_options();
  log_options.push_back(value_option(OptionSpec::Kind::text, "--container-id ID", "Only this container"));
  return {
      {.name = "containers", .summary = "Show the app's containers", .run = app_containers},
      {.name = "details", .summary = "Show the app's running containers", .run = app_details},
      {.name = "images", .summary = "Show the app's images", .run = app_images},
      {.name = "logs",
       .summary = "Show the app's logs",
       .options = std::move(log_options),
       .details = paragraphs(R"(
Without --lines, --since and --grep: the last 100 lines, or 10 with --follow. --follow streams all selected hosts
and roles, and switches to the new container after a replacement.)"),
       .examples = {"kamal app logs -f", "kamal app logs --since 30m -g ERROR -r web"},
       .run = app_logs},
      {.name = "version", .summary = "Show the running version", .run = app_version},
  };
}

}  // namespace kamal::cli
