#include "cli/app/removal.h"

#include "cli/app/lifecycle.h"
#include "cli/failures.h"
#include "cli/lock/deploy_lock.h"
#include "kamal/commands/docker.h"
#include "kamal/commands/server.h"

namespace kamal::cli {
namespace {

using sshkit::Step;
using sshkit::Steps;

// Hosts on which the selection covers every role of the app: only there may shared files be removed.
std::vector<Host> hosts_with_all_roles(const Context& context) {
  std::vector<Host> hosts;
  for (const Host& host : context.selection().app_hosts()) {
    if (context.selection().roles_on(host).size() == context.config.roles_on(host).size())
      hosts.push_back(host);
  }
  return hosts;
}

void app_remove_container(Context& context) {
  const Version version(context.invocation.arguments.at(0));
  for_each_role(
      context, context.selection().app_hosts(),
      [&](const commands::App& app, const config::Role& role) {
        return Steps{context.audit("Removed app container with version " + version.str(), &role),
                     Step::run(app.remove_container(version))};
      },
      version);
}

void app_remove_containers(Context& context) {
  for_each_role(
      context, context.selection().app_hosts(), [&](const commands::App& app, const config::Role& role) {
        return Steps{context.audit("Removed all app containers", &role), Step::run(app.remove_containers())};
      });
}

void app_remove_images(Context& context) {
  with_lock_on(context, hosts_with_all_roles(context), [&](sshkit::Remote& remote) {
    remote.run({context.audit("Removed all app images"),
                Step::run(commands::App(context.config, Version()).remove_images())});
  });
}

void app_remove_app_directories(Context& context) {
  with_lock_on(context, hosts_with_all_roles(context), [&](sshkit::Remote& remote) {
    run_to_the_end(remote,
                   {Step::run(commands::Server(context.config).remove_app_directory()),
                    context.audit("Removed " + context.config.app_directory()),
                    Step::run(commands::App(context.config, Version()).remove_proxy_app_directory())});
  });
}

int retained_containers(const Context& context) {
  const long retain = context.options.number("retain").value_or(context.config.retain_containers);
  if (retain < 1) throw UsageError("--retain must be at least 1: rollbacks need a container");
  return static_cast<int>(retain);
}

Steps container_steps(Context& context, int retain) {
  return {context.audit("Pruned containers"),
          Step::run(commands::Prune(context.config).app_containers(retain))};
}

Steps image_steps(Context& context) {
  const commands::Prune prune(context.config);
  return {context.audit("Pruned images"), Step::run(prune.dangling_images()),
          Step::run(prune.tagged_images())};
}

void run_everywhere(Context& context, const std::function<Steps()>& steps) {
  with_lock_on(context, context.selection().hosts(), [&](sshkit::Remote& remote) { remote.run(steps()); });
}

void prune_images(Context& context) {
  run_everywhere(context, [&] { return image_steps(context); });
}

void prune_containers(Context& context) {
  const int retain = retained_containers(context);
  run_everywhere(context, [&] { return container_steps(context, retain); });
}

}  // namespace

void app_remove(Context& context) {
  with_lock(context, [&] {
    try_each({[&] { stop_app(context); }, [&] { app_remove_containers(context); },
              [&] { app_remove_images(context); }, [&] { app_remove_app_directories(context); }});
  });
}

std::vector<CommandSpec> app_removal_commands() {
  return {
      {.name = "remove",
       .summary = "Remove the app's containers, images and directories",
       .examples = {"kamal app remove", "kamal app remove -h 192.0.2.7"},
       .run = app_remove},
      hidden({.name = "remove_app_directories",
              .summary = "Remove the app's directories",
              .run = app_remove_app_directories}),
      hidden({.name = "remove_container",
              .summary = "Remove the container of a version",
              .arguments = "[VERSION]",
              .min_args = 1,
              .max_args = 1,
              .examples = {"kamal app remove-container 5b3a1f0"},
              .run = app_remove_container}),
      hidden({.name = "remove_containers",
              .summary = "Remove the app's stopped containers",
              .run = app_remove_containers}),
      hidden(
          {.name = "remove_images", .summary = "Remove the app's unused images", .run = app_remove_images}),
  };
}

void prune_all(Context& context) {
  const int retain = retained_containers(context);
  run_everywhere(context, [&] {
    Steps steps = container_steps(context, retain);
    const Steps of_images = image_steps(context);
    steps.insert(steps.end(), of_images.begin(), of_images.end());
    return steps;
  });
}

std::vector<CommandSpec> prune_commands() {
  return {
      {.name = "all", .summary = "Remove unused images and old stopped containers", .run = prune_all},
      {.name = "containers",
       .summary = "Remove old stopped containers",
       .options = {value_option(OptionSpec::Kind::number, "--retain N",
                                "Containers to keep (default: retain_containers)")},
       .examples = {"kamal prune containers --retain 2"},
       .run = prune_containers},
      {.name = "images", .summary = "Remove unused images", .run = prune_images},
  };
}

}  // namespace kamal::cli
