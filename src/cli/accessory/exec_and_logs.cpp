#include <fmt/format.h>

#include "cli/accessory/accessory_commands.h"
#include "cli/accessory/accessory_recipe.h"
#include "cli/build/local_registry_forwarding.h"
#include "cli/exec_output.h"
#include "cli/exit_status.h"
#include "cli/log_following.h"
#include "cli/registry_login.h"
#include "kamal/commands/base.h"
#include "kamal/commands/exec_words.h"

namespace kamal::cli {
namespace {

using commands::Interaction;

void exec_interactively(Context& context, const AccessoryRecipe& recipe, const Arguments& command) {
  const bool reuse = context.options.flag("reuse");
  if (recipe.accessory().hosts.empty()) throw UsageError("The accessory runs on no host");
  const Host host = recipe.accessory().hosts.front();
  context.say(
      fmt::format("Launching interactive command via SSH from {} container...", reuse ? "existing" : "new"));
  RegistryForwarding forwarding;
  if (!reuse) {
    log_in_to_registry(context, {host});
    forwarding = forward_registry_for_missing(context, {host}, recipe.accessory().image);
  }
  const Interaction interaction = context.effects.in_is_terminal ? Interaction::terminal : Interaction::pipe;
  const Command run = reuse ? recipe.commands().execute_in_existing_container(command, interaction)
                            : recipe.commands().execute_in_new_container(command, interaction);
  exit_unless_successful(context.server(host).run_interactively(run));
}

}  // namespace

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
  context.say(fmt::format("Launching command from {} container...", reuse ? "existing" : "new"));
  const std::string line =
      fmt::format("Executed cmd '{}' on {} accessory", commands::exec_text(given), recipe.accessory().name);
  RegistryForwarding forwarding;
  if (!reuse) forwarding = forward_registry_for_missing(context, recipe.hosts(), recipe.accessory().image);
  context.on(recipe.hosts(), [&](sshkit::Remote& remote) {
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
  context.on(recipe.hosts(), [&](sshkit::Remote& remote) {
    const std::string& name = recipe.accessory().name;
    const Command container = commands::container_id_for(recipe.accessory().service_name);
    const std::string missing =
        fmt::format("Accessory {0} has no container (run `kamal accessory boot {0}`)", name);
    context.output.result(capture_logs(remote, recipe.commands().logs(options), container, missing));
  });
}

}  // namespace kamal::cli
