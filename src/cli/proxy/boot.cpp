#include "cli/proxy/boot.h"

#include <fmt/format.h>

#include <algorithm>
#include <filesystem>
#include <map>
#include <mutex>

#include "cli/errors.h"
#include "cli/lock/deploy_lock.h"
#include "cli/registry/registry.h"
#include "kamal/commands/docker.h"
#include "kamal/commands/proxy.h"
#include "kamal/support/files.h"
#include "kamal/support/strings.h"
#include "kamal/support/version.h"

namespace kamal::cli {
namespace {

using sshkit::Step;
using sshkit::Steps;

// The network is there already on all but the first boot.
void check_network(const sshkit::StepResult& result) {
  if (result.ok() || result.err.find("already exists") != std::string::npos) return;
  throw sshkit::CommandFailed(commands::create_network().display(), result.status, result.out, result.err);
}

bool too_old(const sshkit::StepResult& version) {
  return !version.text().empty() && older_version(version.text(), config::minimum_proxy_version);
}

using Versions = std::map<Host, sshkit::StepResult>;  // of the proxies

// The network on every host, and a look at the proxies, in one round trip.
Versions prepare_hosts(Context& context, const std::vector<Host>& proxy_hosts) {
  Versions versions;
  std::mutex mutex;
  context.servers.on(context.selection().hosts(), [&](sshkit::Remote& remote) {
    const bool proxied =
        std::find(proxy_hosts.begin(), proxy_hosts.end(), remote.host()) != proxy_hosts.end();
    Steps steps = {Step::run(commands::create_network()).ignore_failure()};
    if (proxied)
      steps.push_back(Step::run(commands::Proxy(context.config, remote.host()).version()).ignore_failure());
    const std::vector<sshkit::StepResult> results = remote.run(steps);
    check_network(results.front());
    const std::lock_guard lock(mutex);
    if (proxied) versions.emplace(remote.host(), results.back());
  });
  return versions;
}

// What is wrong on one host does not keep the others from booting theirs.
void boot_on(Context& context, sshkit::Remote& remote, const sshkit::StepResult& version) {
  const commands::Proxy proxy(context.config, remote.host());
  Steps steps;
  add_registry_login(context, remote.host(), steps);
  if (version.ok() && !too_old(version)) {
    steps.insert(steps.end(),
                 {Step::run(proxy.ensure_apps_config_directory()), Step::run(proxy.start_or_run())});
  }
  remote.run(steps);
  if (!version.ok()) {
    throw sshkit::CommandFailed(proxy.version().display(), version.status, version.out, version.err);
  }
  if (too_old(version)) {
    throw Error(
        ErrorKind::boot,
        fmt::format(
            "kamal-proxy version {} on {} is too old, run `kamal proxy reboot` in order to update to at "
            "least {}",
            version.text(), remote.host().str(), config::minimum_proxy_version));
  }
}

constexpr mode_t readable_by_proxy = 0644;

// The shell variable with the container's id, and its use in later steps.
constexpr const char* target = "endpoint";
constexpr const char* target_value = "${endpoint}";

}  // namespace

RegistryForwarding forward_registry_for_proxies(Context& context, const std::vector<Host>& hosts) {
  std::map<std::string, std::vector<Host>> hosts_by_image;
  for (const Host& host : hosts) {
    if (const config::ProxyRun* run = context.config.proxy_run(host))
      hosts_by_image[run->image()].push_back(host);
  }
  RegistryForwarding all;
  for (const auto& [image, its_hosts] : hosts_by_image) {
    for (auto& forward : forward_registry_for_missing(context, its_hosts, image))
      all.push_back(std::move(forward));
  }
  return all;
}

void proxy_boot(Context& context) {
  const std::vector<Host> hosts = context.selection().proxy_hosts();
  check_registry_credentials(context, hosts);
  with_lock(context, [&] {
    const Versions versions = prepare_hosts(context, hosts);
    const RegistryForwarding forwarding = forward_registry_for_proxies(context, hosts);
    context.servers.on(hosts,
                       [&](sshkit::Remote& remote) { boot_on(context, remote, versions.at(remote.host())); });
  });
}

std::vector<CommandSpec> proxy_boot_commands() {
  return {{.name = "boot",
           .summary = "Start the proxy if it is not running",
           .examples = {"kamal proxy boot"},
           .run = proxy_boot}};
}

sshkit::Step upload_for_proxy(std::string content, std::string path) {
  return sshkit::Step::upload(std::move(content), std::move(path), readable_by_proxy);
}

void add_registration(sshkit::Steps& steps, const commands::App& app, const Version& version,
                      const config::Role& role, const Host& host) {
  steps.push_back(
      sshkit::Step::run(app.container_id_for_version(version))
          .save_as(target, fmt::format("Failed to get endpoint for {} on {}, did the container boot?",
                                       role.name.str(), host.str())));
  steps.push_back(sshkit::Step::run(app.deploy(target_value)));
}

void add_registration(sshkit::Steps& steps, const commands::Accessory& accessory) {
  steps.push_back(sshkit::Step::run(accessory.running_container_id()).save_as(target));
  steps.push_back(sshkit::Step::run(accessory.deploy(target_value)));
}

ErrorPages::ErrorPages(const config::Configuration& config) {
  if (!config.error_pages_path || !std::filesystem::is_directory(*config.error_pages_path)) return;
  for (const auto& entry : std::filesystem::directory_iterator(*config.error_pages_path)) {
    const std::string name = entry.path().filename().string();
    if (glob_match("{4??.html,5??.html}", name)) pages_.emplace_back(name, read_file(entry.path()));
  }
}

void ErrorPages::add_to(sshkit::Steps& steps, const commands::App& app) const {
  if (pages_.empty()) return;
  steps.push_back(sshkit::Step::run(app.create_error_pages_directory()));
  for (const auto& [name, content] : pages_)
    steps.push_back(upload_for_proxy(content, app.error_pages_version_directory() + "/" + name));
}

}  // namespace kamal::cli
