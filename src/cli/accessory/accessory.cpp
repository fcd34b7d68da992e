#include "cli/accessory/accessory.h"

#include <fmt/format.h>

#include <deque>

#include "cli/accessory/recipe.h"
#include "cli/exec.h"
#include "cli/failures.h"
#include "cli/lock/deploy_lock.h"
#include "cli/log_following.h"
#include "cli/registry/registry.h"
#include "cli/selection.h"

namespace kamal::cli {
namespace {

using commands::Interaction;
using Env = AccessoryRecipe::Env;

const std::string& name_argument(const Context& context) { return context.invocation.arguments.at(0); }

std::vector<std::string> names(const Context& context, const std::string& name) {
  if (name != "all") return {name};
  return mapped(context.config.accessories, &config::Accessory::name);
}

// For the accessory named on the command line, or all of them.
void for_each(Context& context, const std::function<void(AccessoryRecipe&)>& work) {
  for (const std::string& name : names(context, name_argument(context))) {
    AccessoryRecipe recipe(context, name);
    work(recipe);
  }
}

// Anything that is missing is reported before the first one stops.
void reboot_each(Context& context, const std::vector<std::string>& names) {
  std::deque<AccessoryRecipe> recipes;
  for (const std::string& name : names) recipes.emplace_back(context, name).check();
  for (AccessoryRecipe& recipe : recipes) recipe.reboot();
}

// Before the lock, since nothing may run without them.
void check_secrets(Context& context, const std::string& name, AccessoryRecipe::Env env) {
  SecretChecks checks;
  for (const std::string& each : names(context, name))
    checks.add([&] { AccessoryRecipe(context, each).check_secrets(env); });
  checks.throw_problems();
}

// A command that runs one action on the accessory named on the command line.
template <void (AccessoryRecipe::*action)()>
void run_for_one(Context& context) {
  (AccessoryRecipe(context, name_argument(context)).*action)();
}

void remove_each(Context& context, const std::string& name) {
  std::vector<std::function<void()>> removals;
  for (const std::string& each : names(context, name))
    removals.emplace_back([&context, each] { AccessoryRecipe(context, each).remove(); });
  try_each(removals);
}

void accessory_boot(Context& context) {
  check_secrets(context, name_argument(context), Env::of_new_containers);
  with_lock(context, [&] { for_each(context, [](AccessoryRecipe& recipe) { recipe.boot(); }); });
}

void accessory_reboot(Context& context) {
  check_secrets(context, name_argument(context), Env::of_all);
  with_lock(context, [&] { reboot_each(context, names(context, name_argument(context))); });
}

void accessory_details(Context& context) {
  for_each(context, [](AccessoryRecipe& recipe) { recipe.details(); });
}

void accessory_restart(Context& context) {
  with_lock(context, [&] {
    AccessoryRecipe recipe(context, name_argument(context));
    recipe.stop();
    recipe.start();
  });
}

void accessory_remove(Context& context) {
  const std::string question =
      fmt::format("This will remove all containers, images and data directories for {}. Are you sure?",
                  name_argument(context));
  with_confirmation(context, question,
                    [&] { with_lock(context, [&] { remove_each(context, name_argument(context)); }); });
}

void accessory_upgrade(Context& context) {
  check_secrets(context, name_argument(context), Env::of_all);
  with_confirmation(context, "This will restart all accessories", [&] {
    upgrade_accessories(context, name_argument(context),
                        host_groups(context, context.selection().accessory_hosts()));
  });
}

void accessory_exec(Context& context) {
  const bool reuse = context.options.flag("reuse");
  refuse_with(context, "raw", {"interactive"});
  AccessoryRecipe recipe(context, name_argument(context));
  const std::vector<std::string> given(context.invocation.arguments.begin() + 1,
                                       context.invocation.arguments.end());
  // Without a command, a new container runs its image's default command.
  const bool of_image = given.empty() && !reuse;
  const std::string text = commands::exec_text(given);
  if (!of_image) require_command(text, "kamal accessory exec NAME [OPTIONS] CMD");
  const Arguments command = of_image ? Arguments{} : commands::exec_arguments(given);
  const auto in_container = [&](Interaction interaction) {
    return reuse ? recipe.commands().execute_in_existing_container(command, interaction)
                 : recipe.commands().execute_in_new_container(command, interaction);
  };
  if (context.options.flag("interactive")) {
    if (recipe.accessory().hosts.empty()) throw UsageError("The accessory has no hosts");
    context.say(
        fmt::format("Launching interactive command via SSH from {} container...", which_container(context)));
    return run_interactively_in_container(context, recipe.accessory().hosts.front(), recipe.accessory().image,
                                          in_container);
  }

  ExecOutput output(context);
  context.say(fmt::format("Launching command from {} container...", which_container(context)));
  const std::string line = fmt::format("Executed cmd '{}' on {} accessory", text, recipe.accessory().name);
  RegistryForwarding forwarding;
  if (!reuse) forwarding = forward_registry_for_missing(context, recipe.hosts(), recipe.accessory().image);
  context.servers.on(recipe.hosts(), [&](sshkit::Remote& remote) {
    sshkit::Steps steps;
    if (!reuse) add_registry_login(context, remote.host(), steps);
    steps.insert(steps.end(), {context.audit(line), sshkit::Step::run(in_container(Interaction::none))});
    output.show(remote.host(), remote.run(steps).back());
  });
}

void accessory_logs(Context& context) {
  const AccessoryRecipe recipe(context, name_argument(context));
  show_or_follow_logs(
      context, recipe.hosts(),
      {.name = recipe.accessory().service_name,
       .missing = fmt::format("Accessory {0} has no container (run `kamal accessory boot {0}`)",
                              recipe.accessory().name)},
      [&](const Host&, const std::string& log) { context.output.result(log); });
}

// A command about one accessory, or all of them.
CommandSpec named(CommandSpec command) {
  command.arguments = "[NAME]";
  command.min_args = command.max_args = 1;
  command.completes = Completes::accessories;
  if (command.examples.empty())
    command.examples = {fmt::format("kamal accessory {} db", dashed(command.name))};
  return command;
}

CommandSpec named_or_all(CommandSpec command) {
  command = named(std::move(command));
  command.choices = {"all"};
  return command;
}

}  // namespace

std::vector<CommandSpec> accessory_commands() {
  return {
      named_or_all({.name = "boot",
                    .summary = "Boot an accessory (NAME or all)",
                    .examples = {"kamal accessory boot db", "kamal accessory boot all"},
                    .run = accessory_boot}),
      named_or_all({.name = "details",
                    .summary = "Show an accessory's containers (NAME or all)",
                    .examples = {"kamal accessory details all"},
                    .run = accessory_details}),
      hidden(named({.name = "directories",
                    .summary = "Create an accessory's directories",
                    .run = run_for_one<&AccessoryRecipe::directories>})),
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
host writes the file. Several arguments stay separate, each quoted once; only the first one is still a shell
line. Without an argument, a new container runs its image's default command.

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
      hidden(named({.name = "pull_image",
                    .summary = "Pull an accessory's image",
                    .run = run_for_one<&AccessoryRecipe::pull_image>})),
      named_or_all(
          {.name = "reboot",
           .summary = "Recreate an accessory's container (NAME or all)",
           .details =
               "Uploads its files again and pulls its image. Data is kept; the accessory is briefly offline.",
           .run = accessory_reboot}),
      named_or_all({.name = "remove",
                    .summary = "Remove an accessory's container, image and data (NAME or all)",
                    .options = {confirmed_option()},
                    .examples = {"kamal accessory remove search", "kamal accessory remove all -y"},
                    .run = accessory_remove}),
      hidden(named({.name = "remove_container",
                    .summary = "Remove an accessory's container",
                    .run = run_for_one<&AccessoryRecipe::remove_container>})),
      hidden(named({.name = "remove_image",
                    .summary = "Remove an accessory's image",
                    .run = run_for_one<&AccessoryRecipe::remove_image>})),
      hidden(named({.name = "remove_service_directory",
                    .summary = "Remove an accessory's data",
                    .run = run_for_one<&AccessoryRecipe::remove_service_directory>})),
      named({.name = "restart",
             .summary = "Stop and start an accessory's container",
             .run = accessory_restart}),
      named({.name = "start",
             .summary = "Start an accessory's container",
             .run = run_for_one<&AccessoryRecipe::start>}),
      named({.name = "stop",
             .summary = "Stop an accessory's container",
             .run = run_for_one<&AccessoryRecipe::stop>}),
      named_or_all({.name = "upgrade",
                    .summary = "Move Kamal 1 accessories to the Kamal 2 network (NAME or all)",
                    .options = {rolling_option(), confirmed_option()},
                    .examples = {"kamal accessory upgrade all --rolling"},
                    .run = accessory_upgrade}),
      hidden(named({.name = "upload",
                    .summary = "Upload an accessory's files",
                    .run = run_for_one<&AccessoryRecipe::upload>})),
  };
}

void check_secrets_to_boot_accessories(Context& context) {
  check_secrets(context, "all", Env::of_new_containers);
}

void check_secrets_to_reboot_accessories(Context& context) { check_secrets(context, "all", Env::of_all); }

void boot_all_accessories(Context& context) {
  for (const std::string& name : names(context, "all")) AccessoryRecipe(context, name).boot();
}

void show_all_accessories(Context& context) {
  for (const std::string& name : names(context, "all")) AccessoryRecipe(context, name).details();
}

void remove_all_accessories(Context& context) { remove_each(context, "all"); }

void upgrade_accessories(Context& context, const std::string& name,
                         const std::vector<std::vector<Host>>& host_groups) {
  with_lock(context, [&] {
    for (const std::vector<Host>& hosts : host_groups) {
      if (hosts.empty()) continue;
      const std::string where = joined(hosts, ",");
      const NarrowedSelection narrowed(context, hosts);
      context.say(fmt::format("Upgrading {} accessories on {}...", name, where));
      reboot_each(context, names(context, name));
      context.say(fmt::format("Upgraded {} accessories on {}", name, where));
    }
  });
}
}  // namespace kamal::cli
