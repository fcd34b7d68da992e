#include "cli/command_table.h"

#include <fmt/format.h>

#include "cli/accessory/accessory.h"
#include "cli/app/boot.h"
#include "cli/app/containers.h"
#include "cli/app/removal.h"
#include "cli/failures.h"
#include "cli/lock/deploy_lock.h"
#include "cli/proxy/lifecycle.h"
#include "cli/registry/registry.h"
#include "cli/selection.h"
#include "kamal/commands/server.h"
#include "kamal/config/printing.h"

namespace kamal::cli {
namespace {

// Confirmed separately: their data may be irreplaceable.
void remove_accessories(Context& context) {
  if (context.config.accessories.empty()) return;
  with_confirmation(
      context,
      "This will also remove the containers, images and data directories of all accessories. Are you "
      "sure?",
      [&] { remove_all_accessories(context); });
}

void upgrade_in_turn(Context& context) {
  const std::vector<Host> all = context.selection().hosts();
  for (const Host& host : all) {
    const NarrowedSelection narrowed(context, {host});
    context.say(fmt::format("Upgrading {}...", host.str()));
    if (!context.selection().app_hosts().empty()) upgrade_proxy(context, {{host}});
    if (!context.selection().accessory_hosts().empty()) upgrade_accessories(context, "all", {{host}});
    context.say(fmt::format("Upgraded {}", host.str()));
  }
}

// False if the host has none.
bool show_audit_log(Context& context, sshkit::Remote& remote) {
  const commands::Auditor auditor(context.config);
  const Command reveal = auditor.reveal();
  const sshkit::StepResult log = remote.execute(reveal, sshkit::OnFailure::ignore);
  const bool exists = log.ok() || remote.execute(auditor.exists(), sshkit::OnFailure::ignore).ok();
  if (exists && !log.ok()) throw sshkit::CommandFailed(reveal.display(), log, context.output);
  context.puts_by_host(remote.host(), exists ? log.text() : "No audit log yet");
  return exists;
}

void show_details(Context& context) {
  context.servers.connect(context.selection().hosts());
  proxy_details(context);
  app_details(context);
  show_all_accessories(context);
}

void show_audit(Context& context) {
  const std::vector<Host> hosts = context.selection().hosts();
  const std::vector<Host> found = context.servers.hosts_where(
      hosts, [&](sshkit::Remote& remote) { return show_audit_log(context, remote); });
  if (found.empty() && !hosts.empty()) {
    throw Error(
        ErrorKind::no_action,
        fmt::format("No audit log on {}: kamal has not changed anything there yet", joined(hosts, ", ")));
  }
}

void show_config(Context& context) {
  const std::string format = context.options.text("format").value_or("yaml");
  const Version version = context.version();
  context.output.raw(format == "json" ? config::configuration_json(context.config, version)
                                      : config::configuration_yaml(context.config, version));
}

void remove_everything(Context& context) {
  with_confirmation(context, "This will remove all containers and images. Are you sure?", [&] {
    with_lock(context, [&] {
      try_each({[&] { app_remove(context); }, [&] { proxy_remove(context); },
                [&] { remove_accessories(context); }, [&] { log_out_of_registry(context); }});
    });
  });
}

void upgrade(Context& context) {
  check_registry_credentials(context, context.selection().app_hosts());
  check_secrets_of_roles(context);
  check_secrets_to_reboot_accessories(context);
  with_confirmation(context, "This will replace Traefik with kamal-proxy and restart all accessories", [&] {
    with_lock(context, [&] {
      if (context.options.flag("rolling")) return upgrade_in_turn(context);
      context.say("Upgrading all hosts...");
      upgrade_proxy(context, {context.selection().hosts()});
      upgrade_accessories(context, "all", {context.selection().accessory_hosts()});
      context.say("Upgraded all hosts");
    });
  });
}

}  // namespace

std::vector<CommandSpec> project_commands() {
  return {
      {.name = "audit", .summary = "Show recent audit log lines per server", .run = show_audit},
      {.name = "config",
       .summary = "Print the merged configuration, with secrets redacted",
       .options = {choice_option("--format FORMAT", "Output format", {"yaml", "json"}, "yaml")},
       .examples = {"kamal config -d staging", "kamal config --format json"},
       .run = show_config},
      {.name = "details",
       .summary = "Show the containers of the proxy, the app and all accessories",
       .run = show_details},
      {.name = "remove",
       .summary = "Remove the app, the proxy, all accessories and the registry login from the servers",
       .options = {confirmed_option()},
       .run = remove_everything},
      {.name = "upgrade",
       .summary = "Migrate servers from Kamal 1 (Traefik) to Kamal 2",
       .options = {confirmed_option(), rolling_option()},
       .details = "Removes Traefik's container and image, starts kamal-proxy, reboots the app behind it and "
                  "restarts the accessories in the Kamal 2 network.",
       .examples = {"kamal upgrade --rolling"},
       .run = upgrade},
  };
}

}  // namespace kamal::cli
