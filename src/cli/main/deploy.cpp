#include <fmt/format.h>

#include <cmath>
#include <mutex>

#include "cli/accessory/accessory_commands.h"
#include "cli/app/app_commands.h"
#include "cli/app/boot.h"
#include "cli/app/boot_preparation.h"
#include "cli/build/build_commands.h"
#include "cli/deploy_lock.h"
#include "cli/errors.h"
#include "cli/groups.h"
#include "cli/hooks.h"
#include "cli/main/main_commands.h"
#include "cli/proxy/proxy_commands.h"
#include "cli/registry_login.h"
#include "kamal/commands/app.h"
#include "kamal/support/strings.h"

namespace kamal::cli {
namespace {

using sshkit::Output;

enum class Accessories { leave, boot };

// Runs the work and says how long it took, whatever became of it; whole seconds, for the post-deploy hook.
std::string timed(Context& context, const std::function<void()>& work) {
  const auto start = context.effects.clock.ticks();
  const auto elapsed = [&] {
    return std::chrono::duration<double>(context.effects.clock.ticks() - start).count();
  };
  const auto tell = [&] { context.output.say(fmt::format("  Finished all in {:.1f} seconds", elapsed())); };
  try {
    work();
  } catch (...) {
    tell();
    throw;
  }
  tell();
  return fmt::format("{}", std::lround(elapsed()));
}

void check_required_secrets(const Context& context) {
  check_registry_credentials(context, context.selection().hosts());
  check_secrets_of_roles(context);
}

void deliver_image(Context& context) {
  context.connect(context.selection().hosts());  // while the image is built
  if (context.options.flag("skip_push")) {
    context.say("Pull app image...");
    build_pull(context);
  } else {
    context.say("Build and push app image...");
    build_deliver(context);
  }
}

void stop_stale_and_boot(Context& context) {
  context.say("Detect stale containers...");
  stop_stale_containers(context);
  boot_app(context, BootVersions(context.version()));
}

void deploy_with(Context& context, Accessories accessories) {
  check_required_secrets(context);
  const std::string runtime = timed(context, [&] {
    deliver_image(context);
    with_lock(context, [&] {
      run_hook(context, "pre-deploy", {.secrets = HookSecrets::pass});
      context.say("Ensure kamal-proxy is running...");
      proxy_boot(context);
      if (accessories == Accessories::boot) boot_all_accessories(context);
      stop_stale_and_boot(context);
      context.say("Prune old containers and images...");
      prune_all(context);
    });
  });
  run_hook(context, "post-deploy", {.secrets = HookSecrets::pass, .runtime = runtime});
}

// Hosts and roles that have no container of the version.
std::vector<std::string> places_without(Context& context, const Version& version) {
  std::vector<std::string> missing;
  std::mutex mutex;
  context.on(context.selection().app_hosts(), [&](sshkit::Remote& remote) {
    const std::vector<const config::Role*> roles = context.selection().roles_on(remote.host());
    sshkit::Steps steps;
    for (const config::Role* role : roles) {
      const commands::App app(context.config, version, *role, remote.host());
      steps.push_back(sshkit::Step::run(app.container_id_for_version(version)));
    }
    const std::vector<sshkit::StepResult> results = remote.run(steps);
    const std::lock_guard lock(mutex);
    for (size_t i = 0; i < roles.size(); ++i) {
      if (results[i].text().empty()) {
        missing.push_back(fmt::format("{} ({})", remote.host().str(), roles[i]->name.str()));
      }
    }
  });
  return missing;
}

}  // namespace

void setup(Context& context) {
  check_required_secrets(context);
  check_secrets_to_boot_accessories(context);
  timed(context, [&] {
    with_lock(context, [&] {
      context.say("Ensure Docker is installed...");
      server_bootstrap(context);
      deploy_with(context, Accessories::boot);
    });
  });
}

void deploy(Context& context) {
  context.modify([&] { deploy_with(context, Accessories::leave); });
}

void redeploy(Context& context) {
  context.modify([&] {
    check_required_secrets(context);
    const std::string runtime = timed(context, [&] {
      deliver_image(context);
      with_lock(context, [&] {
        run_hook(context, "pre-deploy", {.secrets = HookSecrets::pass});
        stop_stale_and_boot(context);
      });
    });
    run_hook(context, "post-deploy", {.secrets = HookSecrets::pass, .runtime = runtime});
  });
}

void rollback(Context& context) {
  const Version version(context.invocation.arguments.at(0));
  check_secrets_of_roles(context);
  context.modify([&] {
    const std::string runtime = timed(context, [&] {
      with_lock(context, [&] {
        if (const std::vector<std::string> missing = places_without(context, version); !missing.empty()) {
          throw NothingDone(
              fmt::format("The app version '{}' is not available as a container (use 'kamal app "
                          "containers' for available versions); it is missing on {}",
                          version.str(), join(missing, ", ")));
        }
        run_hook(context, "pre-deploy", {.secrets = HookSecrets::pass, .version = version});
        boot_app(context, BootVersions(version));
      });
    });
    run_hook(context, "post-deploy", {.secrets = HookSecrets::pass, .version = version, .runtime = runtime});
  });
}

}  // namespace kamal::cli
