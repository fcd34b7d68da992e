#include "cli/command_table.h"

#include <fmt/format.h>

#include <cmath>

#include "cli/accessory/accessory.h"
#include "cli/app/boot.h"
#include "cli/app/env_files.h"
#include "cli/app/fleet.h"
#include "cli/app/lifecycle.h"
#include "cli/app/removal.h"
#include "cli/build/image.h"
#include "cli/deploy/closing_block.h"
#include "cli/deploy/summary.h"
#include "cli/failures.h"
#include "cli/hooks.h"
#include "cli/lock/deploy_lock.h"
#include "cli/output/ci.h"
#include "cli/proxy/boot.h"
#include "cli/registry/registry.h"
#include "cli/selection.h"
#include "cli/server/server.h"
#include "kamal/commands/app.h"
#include "kamal/support/strings.h"

namespace kamal::cli {
namespace {

using sshkit::Output;

enum class Accessories { leave, boot };

// Those that the recipes below will go through.
void plan_phases(Context& context, std::vector<std::string> phases) {
  std::erase_if(phases, [&](const std::string& phase) {
    if (phase == "build" || phase == "push") return context.options.flag("skip_push");
    if (phase == "accessories") return context.config.accessories.empty();
    return phase.ends_with("-deploy") && existing_hooks(context, {phase}).empty();
  });
  context.timeline.plan(phases);
}

// Runs the work and reports how long it took, even if it fails. Returns whole seconds, for the post-deploy
// hook.
std::string timed(Context& context, const std::function<void()>& work) {
  const auto start = context.effects.clock.ticks();
  const auto elapsed = [&] {
    return std::chrono::duration<double>(context.effects.clock.ticks() - start).count();
  };
  const auto report = [&] {
    context.output.result(fmt::format("  Finished all in {:.1f} seconds", elapsed()));
  };
  try {
    work();
  } catch (...) {
    report();
    throw;
  }
  report();
  return fmt::format("{}", std::lround(elapsed()));
}

void check_hooks_of_deploy(const Context& context) {
  const bool builds = context.invocation.command_name() != "rollback" && !context.options.flag("skip_push");
  check_hooks(context, hooks_of_deploy(builds ? WithBuild::yes : WithBuild::no));
}

// Before anything runs.
void check_deploy(const Context& context) {
  check_hooks_of_deploy(context);
  check_registry_credentials(context, context.selection().hosts());
  check_secrets_of_roles(context);
}

// Uploads the env files ahead of the boots, and restores the old ones where the work fails first.
void with_env_files(Context& context, const std::function<void(EnvFiles&)>& work) {
  EnvFiles files(context);
  try {
    work(files);
  } catch (...) {
    files.put_back();
    throw;
  }
}

// Builds the image unless it is already in the registry, and pulls it under the lock, which is held for the
// work, too. Hooks see the new env files.
void deliver_image(Context& context, const std::function<void()>& work) {
  Pushed pushed = Pushed::no;
  if (context.options.flag("skip_push")) {
    context.say("Pull app image...");
    context.servers.connect(context.selection().hosts());
  } else {
    context.say("Build and push app image...");
    build_push(context, context.selection().hosts());
    pushed = Pushed::yes;
  }
  context.timeline.begin("login");
  ImagePull pull(context, pushed);
  context.timeline.begin("lock");
  with_lock(context, [&] {
    context.timeline.begin("pull");
    with_env_files(context, [&](EnvFiles& files) {
      pull.run([&](sshkit::Steps& steps, const Host& host) { files.add_upload(steps, host); });
      work();
    });
  });
}

PreviousVersions stop_stale_and_boot(Context& context) {
  context.timeline.begin("boot");
  context.say("Detect stale containers...");
  stop_stale_containers(context);
  return boot_app(context, BootVersions(context.version()), Leftovers::stopped, EnvUpload::done);
}

void run_deploy_hook(Context& context, const char* name, HookCall call) {
  context.timeline.begin(name);
  call.secrets = HookSecrets::pass;
  run_hook(context, name, call);
}

// The work between the hooks of a deploy.
PreviousVersions deploy_with(Context& context, const std::function<PreviousVersions()>& work) {
  check_deploy(context);
  PreviousVersions before;
  const std::string runtime = timed(context, [&] {
    deliver_image(context, [&] {
      run_deploy_hook(context, "pre-deploy", {});
      before = work();
    });
  });
  run_deploy_hook(context, "post-deploy", {.runtime = runtime});
  return before;
}

PreviousVersions deploy_all(Context& context, Accessories accessories) {
  return deploy_with(context, [&] {
    context.timeline.begin("proxy");
    context.say("Ensure kamal-proxy is running...");
    proxy_boot(context);
    if (accessories == Accessories::boot) {
      context.timeline.begin("accessories");
      boot_all_accessories(context);
    }
    PreviousVersions before = stop_stale_and_boot(context);
    context.timeline.begin("prune");
    context.say("Prune old containers and images...");
    prune_all(context);
    return before;
  });
}

// Prints the last line of a run.
void say_summary(Context& context, Summary summary) {
  context.timeline.end();
  if (context.is_dry_run()) return;
  summary.what += " " + context.config.title();
  for (const config::Role& role : context.config.roles) summary.roles.push_back(role.name);
  summary.took = context.timeline.elapsed();
  summary.phases = context.timeline.phases();
  context.say(summary.text());
  add_job_summary(ci_service(context.effects.environment, context.options), context.effects,
                  summary.markdown());
}

// Hosts and roles without a container of the version. Uploads the env files in the same round trip.
std::vector<std::string> places_without(Context& context, const Version& version, EnvFiles& files) {
  const std::vector<Host> hosts = context.selection().app_hosts();
  const auto by_host = context.servers.collect(hosts, [&](sshkit::Remote& remote) {
    const std::vector<const config::Role*> roles = context.selection().roles_on(remote.host());
    sshkit::Steps steps;
    for (const config::Role* role : roles) {
      const commands::App app(context.config, version, *role, remote.host());
      steps.push_back(sshkit::Step::run(app.container_id_for_version(version)));
    }
    files.add_upload(steps, remote.host());
    const std::vector<sshkit::StepResult> results = remote.run(steps);
    std::vector<std::string> missing;
    for (size_t i = 0; i < roles.size(); ++i) {
      if (results[i].text().empty())
        missing.push_back(fmt::format("{} ({})", remote.host().str(), roles[i]->name.str()));
    }
    return missing;
  });
  std::vector<std::string> all;
  for (const auto& [host, missing] : by_host) all.insert(all.end(), missing.begin(), missing.end());
  return all;
}

void check_available(Context& context, const Version& version, EnvFiles& files) {
  const std::vector<std::string> missing = places_without(context, version, files);
  if (missing.empty()) return;
  throw Error(
      ErrorKind::no_action,
      fmt::format("The app version '{}' is not available as a container (use 'kamal app containers' for "
                  "available versions); it is missing on {}",
                  version.str(), join(missing, ", ")));
}

void with_closing_block(Context& context, const std::string& what, const std::function<void()>& work) {
  with_closing_block(
      context, what, [&] { return context.known_version(); }, work);
}

void say_deployed(Context& context, const PreviousVersions& before) {
  say_summary(context, {.what = "Deployed", .before = before, .version = context.version()});
}

void setup_all(Context& context) {
  check_deploy(context);
  check_secrets_to_boot_accessories(context);
  PreviousVersions before;
  timed(context, [&] {
    context.timeline.begin("lock");
    with_lock(context, [&] {
      context.timeline.begin("servers");
      context.say("Ensure Docker is installed...");
      server_bootstrap(context);
      before = deploy_all(context, Accessories::boot);
    });
  });
  say_deployed(context, before);
}

void boot_version_again(Context& context, const Version& version) {
  check_hooks_of_deploy(context);
  check_secrets_of_roles(context);
  PreviousVersions before;
  const std::string runtime = timed(context, [&] {
    context.timeline.begin("lock");
    with_lock(context, [&] {
      with_env_files(context, [&](EnvFiles& files) {
        context.timeline.begin("boot");
        check_available(context, version, files);
        run_deploy_hook(context, "pre-deploy", {.version = version});
        context.timeline.begin("boot");
        before = boot_app(context, BootVersions(version), Leftovers::possible, EnvUpload::done);
      });
    });
  });
  run_deploy_hook(context, "post-deploy", {.version = version, .runtime = runtime});
  say_summary(context,
              {.what = "Rolled back", .before = std::move(before), .version = version, .preposition = "on"});
}

void setup(Context& context) {
  plan_phases(context, {"lock", "servers", "build", "push", "login", "pull", "pre-deploy", "proxy",
                        "accessories", "boot", "prune", "post-deploy"});
  with_closing_block(context, "setup", [&] { setup_all(context); });
}

void deploy(Context& context) {
  plan_phases(context, {"build", "push", "login", "lock", "pull", "pre-deploy", "proxy", "boot", "prune",
                        "post-deploy"});
  with_closing_block(context, "deploy", [&] {
    context.modify([&] { say_deployed(context, deploy_all(context, Accessories::leave)); });
  });
}

void redeploy(Context& context) {
  plan_phases(context, {"build", "push", "login", "lock", "pull", "pre-deploy", "boot", "post-deploy"});
  with_closing_block(context, "redeploy", [&] {
    context.modify(
        [&] { say_deployed(context, deploy_with(context, [&] { return stop_stale_and_boot(context); })); });
  });
}

// Half-way, the previous version is another one: what is typed next has to name it.
std::vector<std::string> rollback_command_line(const Context& context, const Version& version) {
  std::vector<std::string> arguments = context.effects.arguments;
  if (context.invocation.arguments.empty()) arguments.push_back(version.str());
  return arguments;
}

void roll_back_to(Context& context, const Version& version) {
  plan_phases(context, {"lock", "boot", "pre-deploy", "boot", "post-deploy"});
  with_closing_block(
      context, "rollback", [&] { return version; },
      [&] { context.modify([&] { boot_version_again(context, version); }); },
      rollback_command_line(context, version));
}

void rollback(Context& context) {
  if (!context.invocation.arguments.empty())
    return roll_back_to(context, Version(context.invocation.arguments[0]));
  const RollbackTarget target = find_rollback_target(context);
  const std::string version = target.version.str();
  if (!context.is_confirmed() && !context.effects.in_is_terminal) {
    throw Error(ErrorKind::no_action,
                fmt::format("The previous version is {}: run `kamal rollback {}{}`, or pass -y", version,
                            version, options_text(context)));
  }
  const std::string from = target.running.empty() ? "" : " from " + joined(target.running, ", ");
  context.say(fmt::format("Rolling back{} to the previous version, {}...", from, version));
  with_confirmation(context, fmt::format("Roll back to {}?", version),
                    [&] { roll_back_to(context, target.version); });
}

std::vector<OptionSpec> with_boot_options(std::vector<OptionSpec> options) {
  for (OptionSpec& option : boot_options()) options.push_back(std::move(option));
  return options;
}

}  // namespace

std::vector<CommandSpec> deploy_commands() {
  const OptionSpec skip_push{
      .name = "skip_push", .short_name = 'P', .help = "Deploy the image already in the registry"};
  return {
      {.name = "deploy",
       .summary = "Build and deploy a new version with zero downtime",
       .options = with_boot_options({skip_push, no_cache_option()}),
       .details = paragraphs(R"(
Builds the image from a clean clone of the git repository and pushes it. Then, under the deploy lock, pulls it on
the servers, starts the proxy if needed, boots the new containers, stops the old ones once the new ones are
healthy, and prunes.)"),
       .examples = {"kamal deploy", "kamal deploy -d staging", "kamal deploy -P --version 5b3a1f0",
                    "kamal deploy --report deploy.html"},
       .run = deploy},
      {.name = "redeploy",
       .summary = "Deploy without booting the proxy or pruning",
       .options = with_boot_options({skip_push, no_cache_option()}),
       .examples = {"kamal redeploy"},
       .run = redeploy},
      {.name = "rollback",
       .summary = "Roll back to a version still on the servers",
       .arguments = "[VERSION]",
       .max_args = 1,
       .options = with_boot_options({confirmed_option()}),
       .details = paragraphs(R"(
Without VERSION, rolls back to what ran before, according to the containers and the audit log; after a deploy that
failed halfway, to the version that the other hosts still run. On a terminal, asks for confirmation first.

`kamal app containers` lists the available versions; retain_containers sets how many are kept.)"),
       .examples = {"kamal rollback", "kamal rollback 5b3a1f0"},
       .run = rollback},
      {.name = "setup",
       .summary = "Prepare the servers, boot the accessories and deploy for the first time",
       .options = with_boot_options({skip_push, no_cache_option()}),
       .details = "Installs Docker if missing, then does what `kamal deploy` does and boots the accessories. "
                  "Safe to run again.",
       .examples = {"kamal setup"},
       .run = setup},
  };
}

}  // namespace kamal::cli
