#include <fmt/format.h>

#include <algorithm>
#include <mutex>

#include "cli/proxy/proxy_commands.h"
#include "kamal/commands/proxy.h"

namespace kamal::cli {
namespace {

using sshkit::Step;
using sshkit::Steps;

constexpr mode_t boot_config_mode = 0640;  // as the reference leaves these files

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

}  // namespace

void proxy_boot_config(Context& context) {
  context.say(
      "The proxy boot_config command is deprecated - set the config in the deploy YAML at proxy/run instead",
      sshkit::Output::Tone::warning);
  const std::string& wanted = context.invocation.arguments.at(0);
  const std::vector<Host> hosts = context.selection().proxy_hosts();
  const auto on_each_proxy = [&](const std::function<Steps(const commands::Proxy&)>& steps_of) {
    context.on(hosts, [&](sshkit::Remote& remote) {
      remote.run(steps_of(commands::Proxy(context.config, remote.host())));
    });
  };
  if (wanted == "set") {
    const commands::BootConfig config = config_from_options(context.options);
    on_each_proxy([&](const commands::Proxy& proxy) { return set_steps(proxy, config); });
  } else if (wanted == "reset") {
    on_each_proxy(reset_steps);
  } else if (wanted == "get") {
    context.on(hosts, [&](sshkit::Remote& remote) {
      const commands::Proxy proxy(context.config, remote.host());
      context.output.result(
          fmt::format("Host {}: {}", remote.host().str(), remote.capture(proxy.boot_config())));
    });
  } else {
    throw UsageError(fmt::format("kamal proxy boot_config takes set, get or reset, not \"{}\"", wanted));
  }
}

}  // namespace kamal::cli
