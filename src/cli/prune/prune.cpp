#include "cli/prune/prune.h"

#include "cli/lock/deploy_lock.h"
#include "kamal/commands/docker.h"

namespace kamal::cli {
namespace {

using sshkit::Step;
using sshkit::Steps;

int retained_containers(const Context& context) {
  const long retain = context.options.number("retain").value_or(context.config.retain_containers);
  if (retain < 1) throw UsageError("--retain must be at least 1: the containers that a rollback needs");
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
  with_lock(context, [&] {
    context.servers.on(context.selection().hosts(), [&](sshkit::Remote& remote) { remote.run(steps()); });
  });
}

void prune_images(Context& context) {
  run_everywhere(context, [&] { return image_steps(context); });
}

void prune_containers(Context& context) {
  const int retain = retained_containers(context);
  run_everywhere(context, [&] { return container_steps(context, retain); });
}

}  // namespace

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
       .options = {{.name = "retain",
                    .kind = OptionSpec::Kind::number,
                    .help = "Containers to keep (default: retain_containers)",
                    .placeholder = "N"}},
       .examples = {"kamal prune containers --retain 2"},
       .run = prune_containers},
      {.name = "images", .summary = "Remove unused images", .run = prune_images},
  };
}

}  // namespace kamal::cli
