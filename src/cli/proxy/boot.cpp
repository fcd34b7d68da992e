#include <fmt/format.h>

#include <algorithm>

#include "cli/deploy_lock.h"
#include "cli/errors.h"
#include "cli/proxy/proxy_commands.h"
#include "cli/registry_login.h"
#include "kamal/commands/docker.h"
#include "kamal/commands/proxy.h"
#include "kamal/support/version_order.h"

namespace kamal::cli {
namespace {

using sshkit::Steps;

// The network is there already on all but the first boot.
void check_network(const sshkit::StepResult& result) {
  if (result.ok() || result.err.find("already exists") != std::string::npos) return;
  throw sshkit::CommandFailed(commands::create_network().display(), result.status, result.out, result.err);
}

void check_version(const Host& host, const std::string& version) {
  if (version.empty() || !older_version(version, minimum_proxy_version)) return;
  throw BootError(fmt::format(
      "kamal-proxy version {} on {} is too old, run `kamal proxy reboot` in order to update to at "
      "least {}",
      version, host.str(), minimum_proxy_version));
}

// The network on every host, and a look at the proxies, in one round trip.
void prepare_hosts(Context& context, const std::vector<Host>& proxy_hosts) {
  context.on(context.selection().hosts(), [&](sshkit::Remote& remote) {
    const bool proxied =
        std::find(proxy_hosts.begin(), proxy_hosts.end(), remote.host()) != proxy_hosts.end();
    Steps steps = {or_go_on(commands::create_network())};
    if (proxied) {
      add_registry_login(context, remote.host(), steps);
      steps.push_back(step(commands::Proxy(context.config, remote.host()).version()));
    }
    const std::vector<sshkit::StepResult> results = remote.run(steps);
    check_network(results.front());
    if (proxied) check_version(remote.host(), results.back().text());
  });
}

}  // namespace

void proxy_boot(Context& context) {
  with_lock(context, [&] {
    const std::vector<Host> hosts = context.selection().proxy_hosts();
    prepare_hosts(context, hosts);
    context.on(hosts, [&](sshkit::Remote& remote) {
      const commands::Proxy proxy(context.config, remote.host());
      remote.run({step(proxy.ensure_apps_config_directory()), step(proxy.start_or_run())});
    });
  });
}

}  // namespace kamal::cli
