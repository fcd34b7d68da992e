#include "kamal/commands/prune.h"

#include "cli/deploy_lock.h"
#include "cli/groups.h"

namespace kamal::cli {

void prune_all(Context& context) {
  with_lock(context, [&] {
    prune_containers(context);
    prune_images(context);
  });
}

void prune_images(Context& context) {
  const commands::Prune prune(context.config);
  with_lock(context, [&] {
    context.on(context.selection().hosts(), [&](sshkit::Remote& remote) {
      remote.run(
          {context.audit("Pruned images"), step(prune.dangling_images()), step(prune.tagged_images())});
    });
  });
}

void prune_containers(Context& context) {
  const long retain = context.options.number("retain").value_or(context.config.retain_containers);
  if (retain < 1) throw UsageError("--retain must be at least 1: the containers that a rollback needs");
  const commands::Prune prune(context.config);
  with_lock(context, [&] {
    context.on(context.selection().hosts(), [&](sshkit::Remote& remote) {
      remote.run({context.audit("Pruned containers"), step(prune.app_containers(static_cast<int>(retain)))});
    });
  });
}

}  // namespace kamal::cli
