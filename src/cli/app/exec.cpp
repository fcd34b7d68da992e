#include "cli/app/exec.h"

#include <fmt/format.h>

#include "cli/app/versions.h"
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
  context.console.say(
      fmt::format("Launching interactive command with version {} via SSH from {} container on {}...",
                  version.str(), which_container(context), primary.str()));
  run_interactively_in_container(
      context, primary, context.config.absolute_image(version),
      [&](commands::Interaction interaction) { return in_container(context, app, command, interaction); });
}

// A log-in that fails on one server keeps the command from running on the others, too.
void log_in_before_all(Context& context, const std::vector<Host>& hosts) {
  const bool one_container = hosts.size() == 1 && context.selection().roles_on(hosts.front()).size() == 1;
  if (!one_container) log_in_to_registry(context, hosts);
}

void exec_on_all(Context& context, const ExecCommand& command, const Version& version, ExecOutput& output) {
  const bool reuse = context.options.flag("reuse");
  const std::vector<Host> hosts = context.selection().app_hosts();
  context.console.say(fmt::format("Launching command with version {} from {} container...", version.str(),
                                  which_container(context)));
  const std::string line = fmt::format("Executed cmd '{}' on app version {}", command.text, version.str());
  const std::vector<Host> pulling = reuse ? std::vector<Host>() : hosts;
  log_in_before_all(context, pulling);
  const RegistryForwarding forwarding =
      forward_registry_for_missing(context, pulling, context.config.absolute_image(version));
  const RegistryLogin login(context, commands::Registry(context.config), pulling);
  context.servers.on_roles(
      context.selection(), hosts, Servers::Roles::side_by_side,
      [&](sshkit::Remote& remote, const config::Role& role) {
        const commands::App app(context.config, version, role, remote.host());
        sshkit::Steps steps;
        login.add_to(steps, remote.host());
        steps.push_back(context.audit(line, reuse ? &role : nullptr));
        steps.push_back(sshkit::Step::run(in_container(context, app, command, commands::Interaction::none)));
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
  exec_on_all(context, command, version, output);
}

}  // namespace

std::vector<CommandSpec> app_exec_commands() {
  return {{.name = "exec",
           .summary = "Run a command in an app container",
           .arguments = "[CMD...]",
           .max_args = any_number,
           .options = {interactive_option(),
                       reuse_option(),
                       value_option(OptionSpec::Kind::pairs, "-e, --env NAME:VALUE",
                                    "Environment of the command"),
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
