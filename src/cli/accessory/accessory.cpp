#include "cli/accessory/accessory.h"

#include <fmt/format.h>

#include <deque>

#include "cli/accessory/exec.h"
#include "cli/accessory/recipe.h"
#include "cli/console.h"
#include "cli/lock/deploy_lock.h"
#include "cli/secret_checks.h"
#include "cli/selection.h"
#include "cli/to_the_end.h"

namespace kamal::cli {
namespace {

using Env = AccessoryRecipe::Env;

const std::string& name_argument(const Context& context) { return context.invocation.arguments.at(0); }

std::vector<std::string> names(const Context& context, const std::string& name) {
  if (name != "all") return {name};
  std::vector<std::string> all;
  for (const config::Accessory& accessory : context.config.accessories) all.push_back(accessory.name);
  return all;
}

// For the accessory that the command line names, or all of them.
void for_each(Context& context, const std::function<void(AccessoryRecipe&)>& work) {
  for (const std::string& name : names(context, name_argument(context))) {
    AccessoryRecipe recipe(context, name);
    work(recipe);
  }
}

// Whatever one of them lacks is reported before the first one stops.
void reboot_each(Context& context, const std::vector<std::string>& names) {
  std::deque<AccessoryRecipe> recipes;
  for (const std::string& name : names) recipes.emplace_back(context, name).check();
  for (AccessoryRecipe& recipe : recipes) recipe.reboot();
}

// Before the lock, as nothing may run without them.
void check_secrets(Context& context, const std::string& name, AccessoryRecipe::Env env) {
  SecretChecks checks;
  for (const std::string& each : names(context, name))
    checks.add([&] { AccessoryRecipe(context, each).check_secrets(env); });
  checks.throw_problems();
}

void for_one(Context& context, const std::function<void(AccessoryRecipe&)>& work) {
  AccessoryRecipe recipe(context, name_argument(context));
  work(recipe);
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

void accessory_upload(Context& context) {
  for_one(context, [](AccessoryRecipe& recipe) { recipe.upload(); });
}

void accessory_directories(Context& context) {
  for_one(context, [](AccessoryRecipe& recipe) { recipe.directories(); });
}

void accessory_start(Context& context) {
  for_one(context, [](AccessoryRecipe& recipe) { recipe.start(); });
}

void accessory_stop(Context& context) {
  for_one(context, [](AccessoryRecipe& recipe) { recipe.stop(); });
}

void accessory_restart(Context& context) {
  with_lock(context, [&] {
    for_one(context, [](AccessoryRecipe& recipe) {
      recipe.stop();
      recipe.start();
    });
  });
}

void accessory_pull_image(Context& context) {
  for_one(context, [](AccessoryRecipe& recipe) { recipe.pull_image(); });
}

void accessory_remove(Context& context) {
  const std::string question =
      fmt::format("This will remove all containers, images and data directories for {}. Are you sure?",
                  name_argument(context));
  confirming(context, question,
             [&] { with_lock(context, [&] { remove_each(context, name_argument(context)); }); });
}

void accessory_remove_container(Context& context) {
  for_one(context, [](AccessoryRecipe& recipe) { recipe.remove_container(); });
}

void accessory_remove_image(Context& context) {
  for_one(context, [](AccessoryRecipe& recipe) { recipe.remove_image(); });
}

void accessory_remove_service_directory(Context& context) {
  for_one(context, [](AccessoryRecipe& recipe) { recipe.remove_service_directory(); });
}

void accessory_upgrade(Context& context) {
  check_secrets(context, name_argument(context), Env::of_all);
  confirming(context, "This will restart all accessories", [&] {
    upgrade_accessories(context, name_argument(context),
                        host_groups(context, context.selection().accessory_hosts()));
  });
}

// A command about one accessory, or all of them.
CommandSpec named(CommandSpec command) {
  command.arguments = "[NAME]";
  command.min_args = command.max_args = 1;
  command.completes = Completes::accessories;
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
      named({.name = "directories",
             .summary = "Create an accessory's directories",
             .hidden = true,
             .examples = {"kamal accessory directories db"},
             .run = accessory_directories}),
      named({.name = "pull_image",
             .summary = "Pull an accessory's image",
             .hidden = true,
             .examples = {"kamal accessory pull-image db"},
             .run = accessory_pull_image}),
      named_or_all({.name = "reboot",
                    .summary = "Recreate an accessory's container (NAME or all)",
                    .details =
                        "Uploads its files again and pulls its image. The data stays; the accessory is "
                        "briefly offline.",
                    .examples = {"kamal accessory reboot db"},
                    .run = accessory_reboot}),
      named_or_all({.name = "remove",
                    .summary = "Remove an accessory's container, image and data (NAME or all)",
                    .options = {confirmed_option()},
                    .examples = {"kamal accessory remove search", "kamal accessory remove all -y"},
                    .run = accessory_remove}),
      named({.name = "remove_container",
             .summary = "Remove an accessory's container",
             .hidden = true,
             .examples = {"kamal accessory remove-container db"},
             .run = accessory_remove_container}),
      named({.name = "remove_image",
             .summary = "Remove an accessory's image",
             .hidden = true,
             .examples = {"kamal accessory remove-image db"},
             .run = accessory_remove_image}),
      named({.name = "remove_service_directory",
             .summary = "Remove an accessory's data",
             .hidden = true,
             .examples = {"kamal accessory remove-service-directory db"},
             .run = accessory_remove_service_directory}),
      named({.name = "restart",
             .summary = "Stop and start an accessory's container",
             .examples = {"kamal accessory restart db"},
             .run = accessory_restart}),
      named({.name = "start",
             .summary = "Start an accessory's container",
             .examples = {"kamal accessory start db"},
             .run = accessory_start}),
      named({.name = "stop",
             .summary = "Stop an accessory's container",
             .examples = {"kamal accessory stop db"},
             .run = accessory_stop}),
      named_or_all({.name = "upgrade",
                    .summary = "Move Kamal 1 accessories to the Kamal 2 network (NAME or all)",
                    .options = {rolling_option(), confirmed_option()},
                    .examples = {"kamal accessory upgrade all --rolling"},
                    .run = accessory_upgrade}),
      named({.name = "upload",
             .summary = "Upload an accessory's files",
             .hidden = true,
             .examples = {"kamal accessory upload db"},
             .run = accessory_upload}),
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
      context.console.say(fmt::format("Upgrading {} accessories on {}...", name, where));
      reboot_each(context, names(context, name));
      context.console.say(fmt::format("Upgraded {} accessories on {}", name, where));
    }
  });
}
}  // namespace kamal::cli
