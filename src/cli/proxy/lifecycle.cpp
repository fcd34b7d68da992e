#include "cli/proxy/lifecycle.h"

#include <fmt/format.h>

#include <cstdlib>

#include "cli/app/boot.h"
#include "cli/app/removal.h"
#include "cli/failures.h"
#include "cli/hooks.h"
#include "cli/lock/deploy_lock.h"
#include "cli/log_following.h"
#include "cli/proxy/boot.h"
#include "cli/registry/registry.h"
#include "cli/selection.h"
#include "kamal/commands/base.h"
#include "kamal/commands/proxy.h"
#include "kamal/commands/server.h"

namespace kamal::cli {
namespace {

using sshkit::Step;
using sshkit::Steps;

constexpr const char* outage_question = "This will cause a brief outage on each host. Are you sure?";

// A command on every host with a proxy, with a line for the audit log, if any.
void on_proxies(Context& context, const char* audit_line, Command (commands::Proxy::*command)() const) {
  with_lock_on(context, context.selection().proxy_hosts(), [&](sshkit::Remote& remote) {
    Steps steps;
    if (audit_line) steps.push_back(context.audit(audit_line));
    steps.push_back(Step::run((commands::Proxy(context.config, remote.host()).*command)()));
    remote.run(steps);
  });
}

void replace_proxies(Context& context, const std::vector<Host>& hosts,
                     const std::function<Steps(const commands::Proxy&)>& steps_of) {
  context.servers.on(hosts, [&](sshkit::Remote& remote) {
    Steps steps = {context.audit("Rebooted proxy")};
    add_registry_login(context, remote.host(), steps);
    const Steps replacement = steps_of(commands::Proxy(context.config, remote.host()));
    steps.insert(steps.end(), replacement.begin(), replacement.end());
    remote.run(steps);
  });
}

void reboot_on(Context& context, const std::vector<Host>& hosts) {
  run_hook(context, "pre-proxy-reboot", {.hosts = joined(hosts, ",")});
  const RegistryForwarding forwarding = forward_registry_for_proxies(context, hosts);
  replace_proxies(context, hosts, [](const commands::Proxy& proxy) {
    return Steps{Step::run(proxy.stop()).ignore_failure(), Step::run(proxy.remove_container()),
                 Step::run(proxy.ensure_apps_config_directory()), Step::run(proxy.run())};
  });
  run_hook(context, "post-proxy-reboot", {.hosts = joined(hosts, ",")});
}

void upgrade_on(Context& context, const std::vector<Host>& hosts) {
  const std::string names = joined(hosts, ",");
  context.say(fmt::format("Upgrading proxy on {}...", names));
  run_hook(context, "pre-proxy-reboot", {.hosts = names});
  replace_proxies(context, hosts, [](const commands::Proxy& proxy) {
    return Steps{Step::run(proxy.cleanup_traefik()), Step::run(proxy.stop()).ignore_failure(),
                 Step::run(proxy.remove_container()), Step::run(proxy.remove_image())};
  });
  {
    const NarrowedSelection narrowed(context, hosts);
    proxy_boot(context);
    with_lock(context, [&] { boot_app(context, versions_to_boot(context), Leftovers::possible); });
    prune_all(context);
  }
  run_hook(context, "post-proxy-reboot", {.hosts = names});
  context.say(fmt::format("Upgraded proxy on {}", names));
}

// Hosts where other apps are still installed behind the proxy.
std::vector<Host> hosts_with_other_apps(Context& context) {
  return context.servers.hosts_where(context.selection().proxy_hosts(), [&](sshkit::Remote& remote) {
    const std::string count = remote.capture(commands::Server(context.config).app_directory_count());
    return std::atoi(count.c_str()) != 0;
  });
}

bool removal_allowed(Context& context) {
  const std::vector<Host> hosts = hosts_with_other_apps(context);
  if (hosts.empty()) return true;
  const std::string names = joined(hosts, ",");
  if (context.options.flag("force")) {
    context.say(
        fmt::format("Forcing, so removing the proxy, even though other apps are installed on {}", names));
    return true;
  }
  context.say(fmt::format(
      "Not removing the proxy, as other apps are installed, ignore this check with kamal proxy remove "
      "--force (installed on {})",
      names));
  return false;
}

void proxy_reboot(Context& context) {
  check_registry_credentials(context, context.selection().proxy_hosts());
  with_confirmation(context, outage_question, [&] {
    with_lock(context, [&] {
      for (const auto& hosts : host_groups(context, context.selection().proxy_hosts()))
        reboot_on(context, hosts);
    });
  });
}

void proxy_upgrade(Context& context) {
  check_registry_credentials(context, context.selection().hosts());
  check_secrets_of_roles(context);
  with_confirmation(context, outage_question,
                    [&] { upgrade_proxy(context, host_groups(context, context.selection().hosts())); });
}

void proxy_start(Context& context) { on_proxies(context, "Started proxy", &commands::Proxy::start); }

void proxy_stop(Context& context) {
  with_lock_on(context, context.selection().proxy_hosts(), [&](sshkit::Remote& remote) {
    const commands::Proxy proxy(context.config, remote.host());
    run_to_the_end(
        remote, {context.audit("Stopped proxy"), Step::run(proxy.stop())},
        [](size_t, const sshkit::StepResult& result) { return says_one_of(result, {"o such container"}); });
  });
}

void proxy_restart(Context& context) {
  with_lock(context, [&] {
    proxy_stop(context);
    proxy_start(context);
  });
}

void proxy_logs(Context& context) {
  show_or_follow_logs(
      context, context.selection().proxy_hosts(),
      {.name = commands::proxy_container_name,
       .missing = "kamal-proxy has no container (run `kamal proxy boot`)"},
      [&](const Host& host, const std::string& log) { context.puts_by_host(host, log, "Proxy"); });
}

void proxy_remove_container(Context& context) {
  on_proxies(context, "Removed proxy container", &commands::Proxy::remove_container);
}

void proxy_remove_image(Context& context) {
  on_proxies(context, "Removed proxy image", &commands::Proxy::remove_image);
}

void proxy_remove_proxy_directory(Context& context) {
  on_proxies(context, nullptr, &commands::Proxy::remove_proxy_directory);
}

}  // namespace

void upgrade_proxy(Context& context, const std::vector<std::vector<Host>>& host_groups) {
  for (const auto& hosts : host_groups) upgrade_on(context, hosts);
}

void proxy_details(Context& context) {
  context.show_by_host(
      context.selection().proxy_hosts(),
      [&](const Host& host) { return commands::Proxy(context.config, host).info(); }, "Proxy");
}

void proxy_remove(Context& context) {
  with_lock(context, [&] {
    if (!removal_allowed(context)) return;
    try_each({[&] { proxy_stop(context); }, [&] { proxy_remove_container(context); },
              [&] { proxy_remove_image(context); }, [&] { proxy_remove_proxy_directory(context); }});
  });
}

std::vector<CommandSpec> proxy_lifecycle_commands() {
  std::vector<OptionSpec> log_options = logs_options();
  std::erase_if(log_options, [](const OptionSpec& option) { return option.name == "grep_options"; });
  return {
      {.name = "details", .summary = "Show the proxy's containers", .run = proxy_details},
      {.name = "logs",
       .summary = "Show the proxy's logs",
       .options = std::move(log_options),
       .examples = {"kamal proxy logs -f", "kamal proxy logs -n 500"},
       .run = proxy_logs},
      {.name = "reboot",
       .summary = "Recreate the proxy's container",
       .options = {rolling_option(), confirmed_option()},
       .details = "Each host is briefly offline.",
       .examples = {"kamal proxy reboot --rolling"},
       .run = proxy_reboot},
      {.name = "remove",
       .summary = "Remove the proxy's container and image",
       .options = {{.name = "force", .help = "Remove even if other apps are installed"}},
       .run = proxy_remove},
      hidden({.name = "remove_container",
              .summary = "Remove the proxy's container",
              .run = proxy_remove_container}),
      hidden({.name = "remove_image", .summary = "Remove the proxy's image", .run = proxy_remove_image}),
      hidden({.name = "remove_proxy_directory",
              .summary = "Remove the proxy's directory",
              .run = proxy_remove_proxy_directory}),
      {.name = "restart", .summary = "Stop and start the proxy", .run = proxy_restart},
      {.name = "start", .summary = "Start the proxy's container", .run = proxy_start},
      {.name = "stop", .summary = "Stop the proxy's container", .run = proxy_stop},
      hidden({.name = "upgrade",
              .summary = "Replace Traefik or an old proxy with kamal-proxy and reboot the app",
              .options = {rolling_option(), confirmed_option()},
              .examples = {"kamal proxy upgrade --rolling"},
              .run = proxy_upgrade}),
  };
}

}  // namespace kamal::cli
