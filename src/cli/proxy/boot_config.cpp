#include "cli/proxy/boot_config.h"

#include <fmt/format.h>

#include <algorithm>
#include <mutex>

#include "cli/context.h"
#include "kamal/commands/proxy.h"

namespace kamal::cli {
namespace {

using sshkit::Step;
using sshkit::Steps;

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

// The file with this text, or no file where the default holds.
sshkit::Step keep_or_reset(const std::optional<std::string>& text, const std::string& file,
                           const Command& reset) {
  if (!text) return Step::run(reset).ignore_failure();
  return Step::upload(*text, file, boot_config_mode);
}

Steps set_steps(const commands::Proxy& proxy, const commands::BootConfig& config) {
  return {
      Step::run(proxy.ensure_proxy_directory()),
      keep_or_reset(config.options_text(), proxy.options_file(), proxy.reset_boot_options()),
      keep_or_reset(config.image_text(), proxy.image_file(), proxy.reset_image()),
      keep_or_reset(config.image_version, proxy.image_version_file(), proxy.reset_image_version()),
      keep_or_reset(config.run_command_text(), proxy.run_command_file(), proxy.reset_run_command()),
  };
}

Steps reset_steps(const commands::Proxy& proxy) {
  return {Step::run(proxy.reset_boot_options()).ignore_failure(),
          Step::run(proxy.reset_image()).ignore_failure(),
          Step::run(proxy.reset_image_version()).ignore_failure(),
          Step::run(proxy.reset_run_command()).ignore_failure()};
}

void proxy_boot_config(Context& context) {
  context.console.say(
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

std::vector<CommandSpec> proxy_boot_config_commands() {
  using Kind = OptionSpec::Kind;
  return {
      {.name = "boot_config",
       .summary = "Show or set proxy boot options (deprecated: use proxy/run in deploy.yml)",
       .arguments = "[set|get|reset]",
       .min_args = 1,
       .max_args = 1,
       .options =
           {
               {.name = "publish", .help = "Publish the proxy's ports on the host", .default_value = "true"},
               {.name = "publish_host_ip",
                .kind = Kind::text,
                .help = "Host address to publish on (repeatable; default: all)",
                .placeholder = "IP"},
               {.name = "http_port",
                .kind = Kind::number,
                .help = "HTTP port on the host",
                .default_value = "80",
                .placeholder = "PORT"},
               {.name = "https_port",
                .kind = Kind::number,
                .help = "HTTPS port on the host",
                .default_value = "443",
                .placeholder = "PORT"},
               {.name = "log_max_size",
                .kind = Kind::text,
                .help = "Rotate the proxy log at this size",
                .default_value = "10m",
                .placeholder = "SIZE"},
               {.name = "registry",
                .kind = Kind::text,
                .help = "Registry of the proxy's image",
                .placeholder = "SERVER"},
               {.name = "repository",
                .kind = Kind::text,
                .help = "Repository of the proxy's image",
                .placeholder = "NAME"},
               {.name = "image_version",
                .kind = Kind::text,
                .help = "Version of the proxy's image",
                .placeholder = "VERSION"},
               {.name = "metrics_port",
                .kind = Kind::number,
                .help = "Port for Prometheus metrics",
                .placeholder = "PORT"},
               {.name = "debug", .help = "Enable debug logging"},
               {.name = "docker_options",
                .kind = Kind::list,
                .help = "Extra `docker run` options",
                .placeholder = "NAME=VALUE"},
           },
       .choices = {"set", "get", "reset"},
       .examples = {"kamal proxy boot-config get", "kamal proxy boot-config set --http-port 8080"},
       .run = proxy_boot_config}};
}

}  // namespace kamal::cli
