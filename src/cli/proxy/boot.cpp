#include "cli/proxy/boot.h"

#include <fmt/format.h>

#include <filesystem>
#include <map>

#include "cli/failures.h"
#include "cli/lock/deploy_lock.h"
#include "cli/registry/registry.h"
#include "kamal/commands/base.h"
#include "kamal/commands/docker.h"
#include "kamal/commands/proxy.h"
#include "kamal/support/files.h"
#include "kamal/support/strings.h"
#include "kamal/support/version.h"

namespace kamal::cli {
namespace {

using sshkit::Step;
using sshkit::Steps;

bool too_old(const sshkit::StepResult& version) {
  return !version.text().empty() && older_version(version.text(), config::minimum_proxy_version);
}

// Creates the network on every host and inspects the proxies, in one round trip. Returns the replies about
// the proxies.
std::map<Host, sshkit::StepResult> prepare_hosts(Context& context, const std::vector<Host>& proxy_hosts) {
  return context.servers.collect(context.selection().hosts(), [&](sshkit::Remote& remote) {
    Steps steps = {Step::run(commands::create_network()).ignore_failure()};
    if (contains(proxy_hosts, remote.host()))
      steps.push_back(Step::run(commands::Proxy(context.config, remote.host()).version()).ignore_failure());
    const std::vector<sshkit::StepResult> results = remote.run(steps);
    check_network(remote, results.front());
    return results.back();
  });
}

// A problem on one host does not keep the others from booting theirs.
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
    throw sshkit::CommandFailed(proxy.version().display(), version, remote.output());
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
constexpr const char* pretended_id = "0123456789ab";  // in a dry run, which starts no container

constexpr mode_t boot_config_mode = 0640;  // as Kamal leaves these files

// A port without leading zeros.
std::optional<std::string> port(const Options& options, const char* name) {
  const std::optional<long> number = options.number(name);
  return number ? std::optional(std::to_string(*number)) : std::nullopt;
}

commands::BootConfig config_from_options(const Options& options) {
  commands::BootConfig config;
  config.publish = options.flag("publish");
  config.publish_host_ips = options.list("publish_host_ip");
  config.http_port = port(options, "http_port").value_or("80");
  config.https_port = port(options, "https_port").value_or("443");
  config.log_max_size = options.text("log_max_size").value_or("");
  config.registry = options.text("registry");
  config.repository = options.text("repository");
  config.image_version = options.text("image_version");
  config.metrics_port = port(options, "metrics_port");
  config.debug = options.flag("debug");
  config.docker_options = options.list("docker_options");
  return config;
}

Step reset(const std::string& file) { return Step::run(commands::remove_file(file)).ignore_failure(); }

// A file with this text, or no file if the default applies.
Step keep_or_reset(const std::optional<std::string>& text, const std::string& file) {
  return text ? Step::upload(*text, file, boot_config_mode) : reset(file);
}

Steps set_steps(const commands::Proxy& proxy, const commands::BootConfig& config) {
  return {
      Step::run(proxy.ensure_proxy_directory()),
      keep_or_reset(config.options_text(), proxy.options_file()),
      keep_or_reset(config.image_text(), proxy.image_file()),
      keep_or_reset(config.image_version, proxy.image_version_file()),
      keep_or_reset(config.run_command_text(), proxy.run_command_file()),
  };
}

Steps reset_steps(const commands::Proxy& proxy) {
  return {reset(proxy.options_file()), reset(proxy.image_file()), reset(proxy.image_version_file()),
          reset(proxy.run_command_file())};
}

void proxy_boot_config(Context& context) {
  context.say(
      "The proxy boot_config command is deprecated - set the config in the deploy YAML at proxy/run instead",
      sshkit::Output::Tone::warning);
  const std::string& wanted = context.invocation.arguments.at(0);
  const std::vector<Host> hosts = context.selection().proxy_hosts();
  const auto on_each_proxy = [&](const std::function<Steps(const commands::Proxy&)>& steps_of) {
    context.servers.on(hosts, [&](sshkit::Remote& remote) {
      remote.run(steps_of(commands::Proxy(context.config, remote.host())));
    });
  };
  if (wanted == "set") {
    const commands::BootConfig config = config_from_options(context.options);
    on_each_proxy([&](const commands::Proxy& proxy) { return set_steps(proxy, config); });
  } else if (wanted == "reset") {
    on_each_proxy(reset_steps);
  } else if (wanted == "get") {
    context.servers.on(hosts, [&](sshkit::Remote& remote) {
      const commands::Proxy proxy(context.config, remote.host());
      context.output.result(
          fmt::format("Host {}: {}", remote.host().str(), remote.capture(proxy.boot_config())));
    });
  } else {
    throw UsageError(fmt::format("boot_config must be set, get or reset, not \"{}\"", wanted));
  }
}

}  // namespace

void check_network(const sshkit::Remote& remote, const sshkit::StepResult& creation) {
  if (creation.ok() || creation.err.find("already exists") != std::string::npos) return;
  throw sshkit::CommandFailed(commands::create_network().display(), creation, remote.output());
}

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
    const auto versions = prepare_hosts(context, hosts);
    const RegistryForwarding forwarding = forward_registry_for_proxies(context, hosts);
    context.servers.on(hosts,
                       [&](sshkit::Remote& remote) { boot_on(context, remote, versions.at(remote.host())); });
  });
}

Step upload_for_proxy(std::string content, std::string path) {
  return Step::upload(std::move(content), std::move(path), readable_by_proxy);
}

std::optional<Certificate> read_certificate(const Context& context, const std::optional<config::Proxy>& proxy,
                                            const std::string& owner) {
  if (!proxy || !proxy->custom_certificate()) return std::nullopt;
  const std::string key = owner + "/proxy/ssl";
  return Certificate{required_secret(context.secrets(), *proxy->certificate_pem, key),
                     required_secret(context.secrets(), *proxy->private_key_pem, key)};
}

void add_registration(Steps& steps, const commands::App& app, const Version& version,
                      const config::Role& role, const Host& host) {
  steps.push_back(
      Step::run(app.container_id_for_version(version))
          .save_as(target, fmt::format("Failed to get endpoint for {} on {}, did the container boot?",
                                       role.name.str(), host.str()))
          .pretend(pretended_id));
  steps.push_back(Step::run(app.deploy(target_value)));
}

void add_registration(Steps& steps, const commands::Accessory& accessory) {
  steps.push_back(Step::run(accessory.running_container_id()).save_as(target).pretend(pretended_id));
  steps.push_back(Step::run(accessory.deploy(target_value)));
}

ErrorPages::ErrorPages(const config::Configuration& config) {
  if (!config.error_pages_path || !std::filesystem::is_directory(*config.error_pages_path)) return;
  for (const auto& entry : std::filesystem::directory_iterator(*config.error_pages_path)) {
    const std::string name = entry.path().filename().string();
    if (glob_match("{4??.html,5??.html}", name)) pages_.emplace_back(name, read_file(entry.path()));
  }
}

void ErrorPages::add_to(Steps& steps, const commands::App& app) const {
  if (pages_.empty()) return;
  steps.push_back(Step::run(app.create_error_pages_directory()));
  for (const auto& [name, content] : pages_)
    steps.push_back(upload_for_proxy(content, app.error_pages_version_directory() + "/" + name));
}

std::vector<CommandSpec> proxy_boot_commands() {
  using Kind = OptionSpec::Kind;
  return {
      {.name = "boot", .summary = "Start the proxy if it is not running", .run = proxy_boot},
      {.name = "boot_config",
       .summary = "Show or set proxy boot options (deprecated: use proxy/run in deploy.yml)",
       .arguments = "[set|get|reset]",
       .min_args = 1,
       .max_args = 1,
       .options =
           {
               {.name = "publish", .help = "Publish the proxy's ports on the host", .default_value = "true"},
               value_option(Kind::text, "--publish-host-ip IP",
                            "Host address to publish on (repeatable; default: all)"),
               value_option(Kind::number, "--http-port PORT", "HTTP port on the host", "80"),
               value_option(Kind::number, "--https-port PORT", "HTTPS port on the host", "443"),
               value_option(Kind::text, "--log-max-size SIZE", "Rotate the proxy log at this size", "10m"),
               value_option(Kind::text, "--registry SERVER", "Registry of the proxy's image"),
               value_option(Kind::text, "--repository NAME", "Repository of the proxy's image"),
               value_option(Kind::text, "--image-version VERSION", "Version of the proxy's image"),
               value_option(Kind::number, "--metrics-port PORT", "Port for Prometheus metrics"),
               {.name = "debug", .help = "Enable debug logging"},
               value_option(Kind::list, "--docker-options NAME=VALUE", "Extra `docker run` options"),
           },
       .choices = {"set", "get", "reset"},
       .examples = {"kamal proxy boot-config get", "kamal proxy boot-config set --http-port 8080"},
       .run = proxy_boot_config}};
}

}  // namespace kamal::cli
