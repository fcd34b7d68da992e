#include "cli/app/containers.h"

#include <fmt/format.h>

#include <atomic>
#include <utility>

#include "cli/exec.h"
#include "cli/failures.h"
#include "cli/log_following.h"
#include "cli/registry/registry.h"
#include "cli/selection.h"
#include "kamal/commands/app.h"
#include "kamal/commands/base.h"

namespace kamal::cli {
namespace {

constexpr size_t name_suffix_bytes = 3;

struct ExecCommand {
  Arguments arguments;
  std::string text;  // for messages
  commands::ExecEnv env;
};

void check_options(const Context& context) {
  refuse_with(context, "detach", {"interactive", "reuse"});
  refuse_with(context, "raw", {"interactive", "detach"});
  require_command(commands::exec_text(context.invocation.arguments), "kamal app exec [OPTIONS] CMD");
}

void check_servers(const Context& context) {
  if (!context.selection().app_hosts().empty()) return;
  const std::vector<Host> hosts = context.config.app_hosts();
  if (hosts.empty()) throw UsageError("No host runs the app: deploy.yml has only accessories");
  throw UsageError(fmt::format("No app role on {} (app hosts: {})", joined(context.selection().hosts(), ", "),
                               joined(hosts, ", ")));
}

Command in_container(Context& context, const commands::App& app, const ExecCommand& command,
                     commands::Interaction interaction) {
  if (context.options.flag("reuse"))
    return app.execute_in_existing_container(command.arguments, interaction, command.env);
  return app.execute_in_new_container(
      command.arguments,
      {.name_suffix = context.effects.random.hex(name_suffix_bytes),
       .interaction = interaction,
       .detach = context.options.flag("detach") ? commands::Detach::yes : commands::Detach::no,
       .env = command.env});
}

void exec_interactively(Context& context, const ExecCommand& command, const Version& version) {
  const Host primary = context.selection().primary_host().value();
  const config::Role* const role = context.selection().primary_role();
  if (!role) throw UsageError(fmt::format("No app role on {}", primary.str()));
  const commands::App app(context.config, version, *role, primary);
  context.say(fmt::format("Launching interactive command with version {} via SSH from {} container on {}...",
                          version.str(), which_container(context), primary.str()));
  run_interactively_in_container(
      context, primary, context.config.absolute_image(version),
      [&](commands::Interaction interaction) { return in_container(context, app, command, interaction); });
}

// A login that fails on one host keeps the command from running on the others, too.
void log_in_before_all(Context& context, const std::vector<Host>& hosts) {
  const bool one_container = hosts.size() == 1 && context.selection().roles_on(hosts.front()).size() == 1;
  if (!one_container) log_in_to_registry(context, hosts);
}

void exec_on_all(Context& context, const ExecCommand& command, const Version& version, ExecOutput& output) {
  const bool reuse = context.options.flag("reuse");
  const std::vector<Host> hosts = context.selection().app_hosts();
  context.say(fmt::format("Launching command with version {} from {} container...", version.str(),
                          which_container(context)));
  const std::string line = fmt::format("Executed cmd '{}' on app version {}", command.text, version.str());
  const std::vector<Host> pulling = reuse ? std::vector<Host>() : hosts;
  log_in_before_all(context, pulling);
  const RegistryForwarding forwarding =
      forward_registry_for_missing(context, pulling, context.config.absolute_image(version));
  const RegistryLogin login(context, pulling);
  context.servers.on_roles(
      context.selection(), RoleOrder::side_by_side, [&](sshkit::Remote& remote, const config::Role& role) {
        const commands::App app(context.config, version, role, remote.host());
        sshkit::Steps steps;
        login.add_to(steps, remote.host());
        steps.push_back(context.audit(line, reuse ? &role : nullptr));
        steps.push_back(sshkit::Step::run(in_container(context, app, command, commands::Interaction::none)));
        output.show(remote.host(), remote.run(steps).back());
      });
}

// The version running on the primary host, if any.
std::optional<Version> current_running_version(Context& context) {
  std::string version;
  const std::optional<Host>& primary = context.selection().primary_host();
  if (!primary) return std::nullopt;
  context.servers.on({*primary}, [&](sshkit::Remote& remote) {
    const std::vector<const config::Role*> roles = context.selection().roles_on(remote.host());
    if (roles.empty()) return;
    const commands::App app(context.config, Version(), *roles.front(), remote.host());
    version = remote.capture(app.current_running_version());
  });
  return version.empty() ? std::nullopt : std::optional(Version(version));
}

// The version running on the primary host. Git's HEAD only if that host has no role.
Version version_to_reuse(Context& context) {
  if (const auto running = current_running_version(context)) return *running;
  if (!context.selection().primary_role()) return context.version();
  throw Error(
      ErrorKind::no_action,
      fmt::format(
          "No app container is running on {}: run `kamal app start`, or omit --reuse to use a new container",
          context.selection().primary_host()->str()));
}

Version version_to_run(Context& context) {
  if (const auto given = context.explicit_version()) return *given;
  if (context.options.flag("reuse")) {
    context.say("Get current version of running container...");
    return version_to_reuse(context);
  }
  context.say("Get most recent version available as an image...");
  return Version(context.config.latest_tag());
}

void app_exec(Context& context) {
  check_options(context);
  check_servers(context);
  const ExecCommand command{commands::exec_arguments(context.invocation.arguments),
                            commands::exec_text(context.invocation.arguments), context.options.pairs("env")};
  ExecOutput output(context);
  const Version version = version_to_run(context);
  if (context.options.flag("interactive")) return exec_interactively(context, command, version);
  exec_on_all(context, command, version, output);
}

void app_containers(Context& context) {
  context.show_by_host(context.selection().app_hosts(), [&](const Host&) {
    return commands::App(context.config, Version()).list_containers();
  });
}

void app_images(Context& context) {
  context.show_by_host(context.selection().app_hosts(),
                       [&](const Host&) { return commands::App(context.config, Version()).list_images(); });
}

void app_version(Context& context) {
  context.show_by_host(context.selection().app_hosts(), [&](const Host& host) {
    const config::Role& role = *context.selection().roles_on(host).front();
    return commands::App(context.config, Version(), role, host).current_running_version();
  });
}

// Every selected role on every selected host; a container given by ID is listed once per host.
std::vector<std::pair<Host, const config::Role*>> places_with_logs(const Context& context,
                                                                   const commands::LogOptions& options) {
  std::vector<std::pair<Host, const config::Role*>> places;
  for (const Host& host : context.selection().app_hosts()) {
    for (const config::Role* role : context.selection().roles_on(host)) {
      places.emplace_back(host, role);
      if (options.container_id) break;
    }
  }
  return places;
}

// Prefixed if there are several.
void follow_app(Context& context, const commands::LogOptions& options) {
  std::vector<FollowedLog> logs;
  for (const auto& [host, role] : places_with_logs(context, options)) {
    const std::string prefix = fmt::format("{} {}: ", host.str(), role->name.str());
    const commands::App app(context.config, Version(), *role, host);
    logs.push_back({host, prefix, app.container_of(options), [app](const commands::LogOptions& now) {
                      return app.logs(now, commands::Following::yes);
                    }});
  }
  follow_logs(context, options, std::move(logs));
}

enum class HasContainer { no, yes };

// Shows the log, or why there is nothing to show.
HasContainer show_log(Context& context, sshkit::Remote& remote, const config::Role& role,
                      const commands::LogOptions& options) {
  const commands::App app(context.config, Version(), role, remote.host());
  const bool only_role = context.selection().roles_on(remote.host()).size() < 2;
  const auto show = [&](const std::string& text) {
    if (only_role) return context.puts_by_host(remote.host(), text);
    context.puts_by_role(remote.host(), role, text);
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
           : fmt::format("Nothing found: no container of {} is running (run `kamal app containers` to list "
                         "all, or pass --container-id for a stopped one)",
                         role.name.str()));
  return HasContainer::no;
}

void show_logs(Context& context, const commands::LogOptions& options) {
  std::atomic<bool> found = false;
  std::vector<sshkit::Executor::Task> tasks;
  for (const auto& [host, role] : places_with_logs(context, options)) {
    tasks.push_back({host, [&context, &options, &found, role = role](sshkit::Remote& remote) {
                       if (show_log(context, remote, *role, options) == HasContainer::yes) found = true;
                     }});
  }
  context.servers.on_each(tasks);
  if (options.container_id && !found && !tasks.empty()) {
    throw Error(ErrorKind::no_action,
                fmt::format("No container {} on {} (run `kamal app containers` to list them)",
                            *options.container_id, joined(context.selection().app_hosts(), ", ")));
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
  context.servers.on_roles(context.selection(), RoleOrder::side_by_side,
                           [&](sshkit::Remote& remote, const config::Role& role) {
                             const commands::App app(context.config, none, role, remote.host());
                             context.puts_by_host(remote.host(), remote.capture(app.info()));
                           });
}

std::vector<CommandSpec> app_containers_commands() {
  std::vector<OptionSpec> log_options = logs_options();
  log_options.push_back(value_option(OptionSpec::Kind::text, "--container-id ID", "Only this container"));
  return {
      {.name = "containers", .summary = "Show the app's containers", .run = app_containers},
      {.name = "details", .summary = "Show the app's running containers", .run = app_details},
      {.name = "exec",
       .summary = "Run a command in an app container",
       .arguments = "[CMD...]",
       .max_args = any_number,
       .options = {interactive_option(),
                   reuse_option(),
                   value_option(OptionSpec::Kind::pairs, "-e, --env NAME:VALUE",
                                "Environment variables of the command"),
                   {.name = "detach", .help = "Run in the background, in a new container"},
                   raw_option()},
       .forwards_unknown_options = true,
       .details = paragraphs(R"(
Runs in a new container of the latest image (or --version), removed afterwards; with --reuse, in the running one.
Runs on all selected hosts at once; with -i, only on the primary host.

A single argument is a shell line and runs as written: in `kamal app exec 'ls /app | wc -l'` the host runs the
pipe. Several arguments stay separate, each quoted once; only the first one is still a shell line, so that aliases
such as `app exec "bin/rails runner"` work. For a pipe in the container: `kamal app exec -- sh -c 'ls /app | wc
-l'`

kamal options may appear anywhere; everything after -- belongs to the command: `kamal app exec -- ls -la /`)"),
       .examples = {"kamal app exec -i --reuse \"bin/rails console\"",
                    "kamal app exec --primary \"bin/rails db:migrate\""},
       .run = app_exec},
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
