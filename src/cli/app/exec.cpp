#include "cli/app/exec.h"

#include <fmt/format.h>

#include "cli/app/versions.h"
#include "cli/build/registry_forwarding.h"
#include "cli/errors.h"
#include "cli/exec.h"
#include "cli/registry/registry.h"
#include "cli/selection.h"
#include "kamal/commands/app.h"

namespace kamal::cli {
namespace {

constexpr size_t name_suffix_bytes = 3;

struct ExecCommand {
  Arguments arguments;
  std::string text;  // for people
  commands::ExecEnv env;
};

void check_options(const Context& context) {
  const auto refuse = [&](const char* option, std::initializer_list<const char*> others) {
    if (!context.options.flag(option)) return;
    for (const char* other : others) {
      if (context.options.flag(other))
        throw UsageError(fmt::format("--{} can't be used with --{}", option, other));
    }
  };
  refuse("detach", {"interactive", "reuse"});
  refuse("raw", {"interactive", "detach"});
  if (commands::exec_text(context.invocation.arguments).empty()) {
    throw UsageError("No command given. Usage: kamal app exec [OPTIONS] CMD");
  }
}

void check_servers(const Context& context) {
  if (!context.selection().app_hosts().empty()) return;
  const std::vector<Host> hosts = context.config.app_hosts();
  if (hosts.empty()) throw UsageError("No host runs the app: deploy.yml has only accessories");
  throw UsageError(fmt::format("No app role on {} (app hosts: {})", joined(context.selection().hosts(), ", "),
                               joined(hosts, ", ")));
}

void exec_interactively(Context& context, const ExecCommand& command, const Version& version) {
  const Host primary = context.selection().primary_host().value();
  const config::Role* const role = context.selection().primary_role();
  if (!role) throw UsageError(fmt::format("No app role on {}", primary.str()));
  const commands::App app(context.config, version, *role, primary);
  const auto interaction =
      context.effects.in_is_terminal ? commands::Interaction::terminal : commands::Interaction::pipe;
  const bool reuse = context.options.flag("reuse");
  context.console.say(
      fmt::format("Launching interactive command with version {} via SSH from {} container on {}...",
                  version.str(), reuse ? "existing" : "new", primary.str()));
  RegistryForwarding forwarding;
  if (!reuse) {
    log_in_to_registry(context, {primary});
    forwarding = forward_registry_for_missing(context, {primary}, context.config.absolute_image(version));
  }
  const Command run =
      reuse ? app.execute_in_existing_container(command.arguments, interaction, command.env)
            : app.execute_in_new_container(command.arguments,
                                           {.name_suffix = context.effects.random.hex(name_suffix_bytes),
                                            .interaction = interaction,
                                            .detach = commands::Detach::no,
                                            .env = command.env});
  exit_unless_successful(context.servers.server(primary).run_interactively(run));
}

void exec_in_existing(Context& context, const ExecCommand& command, const Version& version,
                      ExecOutput& output) {
  context.console.say(
      fmt::format("Launching command with version {} from existing container...", version.str()));
  const std::string line = fmt::format("Executed cmd '{}' on app version {}", command.text, version.str());
  context.servers.on_roles(
      context.selection(), context.selection().app_hosts(), Servers::Roles::side_by_side,
      [&](sshkit::Remote& remote, const config::Role& role) {
        const commands::App app(context.config, version, role, remote.host());
        const Command run =
            app.execute_in_existing_container(command.arguments, commands::Interaction::none, command.env);
        output.show(remote.host(), remote.run({context.audit(line, &role), sshkit::Step::run(run)}).back());
      });
}

// A log-in that fails on one server keeps the command from running on the others, too.
void log_in_before_all(Context& context) {
  const std::vector<Host> hosts = context.selection().app_hosts();
  const bool one_container = hosts.size() == 1 && context.selection().roles_on(hosts.front()).size() == 1;
  if (!one_container) log_in_to_registry(context, hosts);
}

void exec_in_new(Context& context, const ExecCommand& command, const Version& version, ExecOutput& output) {
  context.console.say(fmt::format("Launching command with version {} from new container...", version.str()));
  const std::string line = fmt::format("Executed cmd '{}' on app version {}", command.text, version.str());
  const auto detach = context.options.flag("detach") ? commands::Detach::yes : commands::Detach::no;
  log_in_before_all(context);
  const RegistryForwarding forwarding = forward_registry_for_missing(context, context.selection().app_hosts(),
                                                                     context.config.absolute_image(version));
  const RegistryLogin login(context, commands::Registry(context.config), context.selection().app_hosts());
  context.servers.on_roles(context.selection(), context.selection().app_hosts(), Servers::Roles::side_by_side,
                           [&](sshkit::Remote& remote, const config::Role& role) {
                             const commands::App app(context.config, version, role, remote.host());
                             const Command run = app.execute_in_new_container(
                                 command.arguments,
                                 {.name_suffix = context.effects.random.hex(name_suffix_bytes),
                                  .interaction = commands::Interaction::none,
                                  .detach = detach,
                                  .env = command.env});
                             sshkit::Steps steps;
                             login.add_to(steps, remote.host());
                             steps.insert(steps.end(), {context.audit(line), sshkit::Step::run(run)});
                             output.show(remote.host(), remote.run(steps).back());
                           });
}

// What runs on the primary host. Git's HEAD only if that host runs no role, as it can't tell then.
Version version_to_reuse(Context& context) {
  if (const auto running = current_running_version(context)) return *running;
  if (!context.selection().primary_role()) return context.version();
  throw Error(ErrorKind::no_action,
              fmt::format("No container of the app is running on {}: run `kamal app start`, or leave "
                          "out --reuse for a new container",
                          context.selection().primary_host()->str()));
}

void app_exec(Context& context) {
  check_options(context);
  check_servers(context);
  const ExecCommand command{commands::exec_arguments(context.invocation.arguments),
                            commands::exec_text(context.invocation.arguments), context.options.pairs("env")};
  ExecOutput output(context);
  const bool reuse = context.options.flag("reuse");
  if (!context.explicit_version()) {
    context.console.say(reuse ? "Get current version of running container..."
                              : "Get most recent version available as an image...");
  }
  Version version = version_or_latest(context);
  if (reuse && !context.explicit_version()) version = version_to_reuse(context);
  if (context.options.flag("interactive")) return exec_interactively(context, command, version);
  if (reuse) return exec_in_existing(context, command, version, output);
  exec_in_new(context, command, version, output);
}

}  // namespace

std::vector<CommandSpec> app_exec_commands() {
  return {{.name = "exec",
           .summary = "Run a command in an app container",
           .arguments = "[CMD...]",
           .max_args = any_number,
           .options = {interactive_option(),
                       reuse_option(),
                       {.name = "env",
                        .kind = OptionSpec::Kind::pairs,
                        .short_name = 'e',
                        .help = "Environment of the command",
                        .placeholder = "NAME:VALUE"},
                       {.name = "detach", .help = "Run in the background, in a new container"},
                       raw_option()},
           .forwards_unknown_options = true,
           .details = paragraphs(R"(
Runs in a new container of the latest image (or --version), removed afterwards; with --reuse, in the running one.
Runs on all selected hosts at once; with -i, only on the primary host.

A single argument is a shell line and runs as written: in `kamal app exec 'ls /app | wc -l'` the pipe is the
host's. Several arguments keep their boundaries, each quoted once; only the first one is still a shell line, for
aliases such as `app exec "bin/rails runner"`. For a pipe in the container: `kamal app exec -- sh -c 'ls /app | wc
-l'`

kamal options may appear anywhere; everything after -- belongs to the command: `kamal app exec -- ls -la /`)"),
           .examples = {"kamal app exec -i --reuse \"bin/rails console\"",
                        "kamal app exec --primary \"bin/rails db:migrate\""},
           .run = app_exec}};
}

}  // namespace kamal::cli
