#include "cli/accessory/exec.h"

#include <fmt/format.h>

#include "cli/accessory/recipe.h"
#include "cli/build/registry_forwarding.h"
#include "cli/exec.h"
#include "cli/log_following.h"
#include "cli/registry/registry.h"
#include "kamal/commands/base.h"
#include "kamal/commands/exec_args.h"

namespace kamal::cli {
namespace {

using commands::Interaction;

void exec_interactively(Context& context, const AccessoryRecipe& recipe, const Arguments& command) {
  const bool reuse = context.options.flag("reuse");
  if (recipe.accessory().hosts.empty()) throw UsageError("The accessory has no hosts");
  const Host host = recipe.accessory().hosts.front();
  context.console.say(
      fmt::format("Launching interactive command via SSH from {} container...", reuse ? "existing" : "new"));
  RegistryForwarding forwarding;
  if (!reuse) {
    log_in_to_registry(context, {host});
    forwarding = forward_registry_for_missing(context, {host}, recipe.accessory().image);
  }
  const Interaction interaction = context.effects.in_is_terminal ? Interaction::terminal : Interaction::pipe;
  const Command run = reuse ? recipe.commands().execute_in_existing_container(command, interaction)
                            : recipe.commands().execute_in_new_container(command, interaction);
  exit_unless_successful(context.servers.server(host).run_interactively(run));
}

void accessory_exec(Context& context) {
  const bool interactive = context.options.flag("interactive"), reuse = context.options.flag("reuse");
  if (interactive && context.options.flag("raw")) throw UsageError("--raw can't be used with --interactive");
  AccessoryRecipe recipe(context, context.invocation.arguments.at(0));
  const std::vector<std::string> given(context.invocation.arguments.begin() + 1,
                                       context.invocation.arguments.end());
  // Without a command, a new container runs what its image is made to run.
  const bool of_image = given.empty() && !reuse;
  if (!of_image && commands::exec_text(given).empty())
    throw UsageError("No command given. Usage: kamal accessory exec NAME [OPTIONS] CMD");
  const Arguments command = of_image ? Arguments{} : commands::exec_arguments(given);
  if (interactive) return exec_interactively(context, recipe, command);

  ExecOutput output(context);
  context.console.say(fmt::format("Launching command from {} container...", reuse ? "existing" : "new"));
  const std::string line =
      fmt::format("Executed cmd '{}' on {} accessory", commands::exec_text(given), recipe.accessory().name);
  RegistryForwarding forwarding;
  if (!reuse) forwarding = forward_registry_for_missing(context, recipe.hosts(), recipe.accessory().image);
  context.servers.on(recipe.hosts(), [&](sshkit::Remote& remote) {
    sshkit::Steps steps;
    if (!reuse) add_registry_login(context, remote.host(), steps);
    steps.push_back(context.audit(line));
    steps.push_back(
        sshkit::Step::run(reuse ? recipe.commands().execute_in_existing_container(command, Interaction::none)
                                : recipe.commands().execute_in_new_container(command, Interaction::none)));
    output.show(remote.host(), remote.run(steps).back());
  });
}

void accessory_logs(Context& context) {
  const AccessoryRecipe recipe(context, context.invocation.arguments.at(0));
  if (context.options.flag("follow")) {
    std::vector<FollowedLog> logs;
    for (const Host& host : recipe.hosts()) {
      const std::string prefix = recipe.hosts().size() == 1 ? "" : host.str() + ": ";
      logs.push_back(
          {host, prefix, commands::container_id_for(recipe.accessory().service_name),
           [&recipe](const commands::LogOptions& now) { return recipe.commands().follow_logs(now); }});
    }
    return follow_logs(context, log_options(context, "10"), logs);
  }
  const commands::LogOptions options = log_options(context, "100");
  context.servers.on(recipe.hosts(), [&](sshkit::Remote& remote) {
    const std::string& name = recipe.accessory().name;
    const Command container = commands::container_id_for(recipe.accessory().service_name);
    const std::string missing =
        fmt::format("Accessory {0} has no container (run `kamal accessory boot {0}`)", name);
    context.output.result(capture_logs(remote, recipe.commands().logs(options), container, missing));
  });
}

}  // namespace

std::vector<CommandSpec> accessory_exec_commands() {
  return {
      {.name = "exec",
       .summary = "Run a command in an accessory container",
       .arguments = "[NAME] [CMD...]",
       .min_args = 1,
       .max_args = any_number,
       .options = {interactive_option(), reuse_option(), raw_option()},
       .forwards_unknown_options = true,
       .completes = Completes::accessories,
       .details = paragraphs(R"(
Runs in a new container, removed afterwards; with --reuse, in the running one.

A single argument is a shell line and runs as written: in `kamal accessory exec db 'pg_dump shop > shop.sql'` the
host writes the file. Several arguments keep their boundaries, each quoted once; only the first one is still a
shell line. Without an argument, a new container runs its image's own command.

kamal options may appear anywhere; everything after -- belongs to the command: `kamal accessory exec db -- psql -h
localhost`)"),
       .examples = {"kamal accessory exec db -i --reuse \"psql -U postgres\"",
                    "kamal accessory exec redis --reuse \"redis-cli info\""},
       .run = accessory_exec},
      {.name = "logs",
       .summary = "Show an accessory's logs",
       .arguments = "[NAME]",
       .min_args = 1,
       .max_args = 1,
       .options = logs_options(),
       .completes = Completes::accessories,
       .examples = {"kamal accessory logs db -f", "kamal accessory logs db --since 1h -g ERROR"},
       .run = accessory_logs},
  };
}

}  // namespace kamal::cli
