#include "cli/accessory/accessory_commands.h"

#include <fmt/format.h>

#include <deque>

#include "cli/accessory/accessory_recipe.h"
#include "cli/confirmation.h"
#include "cli/deploy_lock.h"
#include "cli/host_groups.h"
#include "cli/joined.h"
#include "cli/secret_checks.h"
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

}  // namespace

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
