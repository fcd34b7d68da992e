#include "cli/app/lifecycle.h"

#include <algorithm>
#include <exception>

#include "cli/app/boot.h"
#include "cli/errors.h"
#include "cli/failures.h"
#include "cli/lock/deploy_lock.h"
#include "kamal/commands/app.h"
#include "kamal/commands/server.h"

namespace kamal::cli {
namespace {

using sshkit::Step;
using sshkit::Steps;

// Hosts on which the selection covers every role of the app: only there may go what the roles share.
std::vector<Host> hosts_with_all_roles(const Context& context) {
  std::vector<Host> hosts;
  for (const Host& host : context.selection().app_hosts()) {
    if (context.selection().roles_on(host).size() == context.config.roles_on(host).size())
      hosts.push_back(host);
  }
  return hosts;
}

// Runs lists of steps one after another, in one round trip. If a step ends its list, the following lists
// still run; the first failure is thrown at the end.
void run_each(sshkit::Remote& remote, const std::vector<Steps>& lists) {
  std::exception_ptr failure;
  for (size_t begin = 0; begin < lists.size();) {
    Steps steps;
    std::vector<size_t> list_of;  // by step
    for (size_t i = begin; i < lists.size(); ++i) {
      steps.insert(steps.end(), lists[i].begin(), lists[i].end());
      list_of.resize(steps.size(), i);
    }
    begin = lists.size();
    size_t last = 0;
    try {
      remote.run(steps, [&](size_t index, const sshkit::StepResult&) { last = index; });
    } catch (const sshkit::CommandFailed&) {
      if (!failure) failure = std::current_exception();
      begin = list_of[last] + 1;
    }
  }
  if (failure) std::rethrow_exception(failure);
}

// The steps of every selected role, on all its hosts: in turn on a host, since docker allows one prune at a
// time.
void for_each_role(Context& context, const std::vector<Host>& hosts,
                   const std::function<Steps(const commands::App&, const config::Role&)>& steps_of,
                   const Version& version) {
  context.servers.on(hosts, [&](sshkit::Remote& remote) {
    std::vector<Steps> lists;
    for (const config::Role* role : context.selection().roles_on(remote.host())) {
      lists.push_back(steps_of(commands::App(context.config, version, *role, remote.host()), *role));
    }
    run_each(remote, lists);
  });
}

// Docker is asked to stop nothing, where nothing runs, or what has just gone.
bool is_not_running(const sshkit::StepResult& result) {
  return says_one_of(result, {"at least", "o such container"});
}

// The proxy lets go of the app before its container stops.
void stop_role(Context& context, sshkit::Remote& remote, const config::Role& role) {
  const commands::App app(context.config, Version(), role, remote.host());
  Steps steps = {context.audit("Stopped app", &role)};
  if (role.running_proxy()) {
    steps.push_back(Step::run(app.current_running_version()).ignore_failure().save_as("version"));
    steps.push_back(Step::run(app.remove_where_present(Version("${version}"))));
  }
  steps.push_back(Step::run(app.stop()).ignore_failure());
  const sshkit::StepResult stopped = remote.run(steps).back();
  if (!stopped.ok() && !is_not_running(stopped))
    throw sshkit::CommandFailed(app.stop().display(), stopped.status, stopped.out, stopped.err);
}

void app_boot(Context& context) {
  check_secrets_of_roles(context);
  with_lock(context, [&] {
    if (!context.explicit_version()) context.console.say("Get most recent version available as an image...");
    boot_app(context, versions_to_boot(context));
  });
}

void app_stop(Context& context) {
  with_lock(context, [&] {
    context.servers.on_roles(
        context.selection(), context.selection().app_hosts(), order_of_roles(context),
        [&](sshkit::Remote& remote, const config::Role& role) { stop_role(context, remote, role); });
  });
}

void app_live(Context& context) {
  with_lock(context, [&] {
    for_each_role(
        context, context.selection().proxy_hosts(),
        [](const commands::App& app, const config::Role& role) {
          return role.running_proxy() ? Steps{Step::run(app.live())} : Steps{};
        },
        Version());
  });
}

void app_maintenance(Context& context) {
  commands::MaintenanceOptions maintenance;
  maintenance.drain_timeout =
      context.options.text("drain_timeout").value_or(std::to_string(context.config.drain_timeout.count()));
  maintenance.message = context.options.text("message");
  with_lock(context, [&] {
    for_each_role(
        context, context.selection().proxy_hosts(),
        [&](const commands::App& app, const config::Role& role) {
          return role.running_proxy() ? Steps{Step::run(app.maintenance(maintenance))} : Steps{};
        },
        Version());
  });
}

void app_remove_container(Context& context) {
  const Version version(context.invocation.arguments.at(0));
  with_lock(context, [&] {
    for_each_role(
        context, context.selection().app_hosts(),
        [&](const commands::App& app, const config::Role& role) {
          return Steps{context.audit("Removed app container with version " + version.str(), &role),
                       Step::run(app.remove_container(version))};
        },
        version);
  });
}

void app_remove_containers(Context& context) {
  with_lock(context, [&] {
    for_each_role(
        context, context.selection().app_hosts(),
        [&](const commands::App& app, const config::Role& role) {
          return Steps{context.audit("Removed all app containers", &role),
                       Step::run(app.remove_containers())};
        },
        Version());
  });
}

void app_remove_images(Context& context) {
  with_lock(context, [&] {
    context.servers.on(hosts_with_all_roles(context), [&](sshkit::Remote& remote) {
      remote.run({context.audit("Removed all app images"),
                  Step::run(commands::App(context.config, Version()).remove_images())});
    });
  });
}

void app_remove_app_directories(Context& context) {
  with_lock(context, [&] {
    context.servers.on(hosts_with_all_roles(context), [&](sshkit::Remote& remote) {
      run_to_the_end(remote,
                     {Step::run(commands::Server(context.config).remove_app_directory()),
                      context.audit("Removed " + context.config.app_directory()),
                      Step::run(commands::App(context.config, Version()).remove_proxy_app_directory())});
    });
  });
}

}  // namespace

Servers::Roles order_of_roles(const Context& context) {
  return context.config.boot.parallel_roles ? Servers::Roles::side_by_side : Servers::Roles::in_turn;
}

void app_remove(Context& context) {
  with_lock(context, [&] {
    try_each({[&] { app_stop(context); }, [&] { app_remove_containers(context); },
              [&] { app_remove_images(context); }, [&] { app_remove_app_directories(context); }});
  });
}

std::vector<CommandSpec> app_lifecycle_commands() {
  return {
      {.name = "boot",
       .summary = "Boot the app, replacing running containers",
       .examples = {"kamal app boot", "kamal app boot --version 5b3a1f0"},
       .run = app_boot},
      {.name = "live", .summary = "Turn maintenance mode off", .run = app_live},
      {.name = "maintenance",
       .summary = "Answer requests with a maintenance page",
       .options = {{.name = "drain_timeout",
                    .kind = OptionSpec::Kind::seconds,
                    .help = "Seconds to drain in-flight requests (default: drain_timeout)",
                    .placeholder = "N"},
                   {.name = "message",
                    .kind = OptionSpec::Kind::text,
                    .help = "Message for visitors",
                    .placeholder = "TEXT"}},
       .examples = {"kamal app maintenance --message \"Back at 10:00 UTC\""},
       .run = app_maintenance},
      {.name = "remove",
       .summary = "Remove the app's containers, images and directories",
       .examples = {"kamal app remove", "kamal app remove -h 192.0.2.7"},
       .run = app_remove},
      hidden({.name = "remove_app_directories",
              .summary = "Remove the app's directories",
              .run = app_remove_app_directories}),
      {.name = "remove_container",
       .summary = "Remove the container of a version",
       .arguments = "[VERSION]",
       .min_args = 1,
       .max_args = 1,
       .hidden = true,
       .examples = {"kamal app remove-container 5b3a1f0"},
       .run = app_remove_container},
      hidden({.name = "remove_containers",
              .summary = "Remove the app's stopped containers",
              .run = app_remove_containers}),
      hidden(
          {.name = "remove_images", .summary = "Remove the app's unused images", .run = app_remove_images}),
      {.name = "stop", .summary = "Stop the app's containers", .run = app_stop},
  };
}

}  // namespace kamal::cli
