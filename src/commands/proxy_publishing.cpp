#include "commands/proxy_publishing.h"

#include <stdexcept>

#include "kamal/commands/proxy.h"
#include "kamal/config/ip_address.h"
#include "kamal/support/strings.h"

namespace kamal::commands {
namespace {

std::string bracketed(const std::string& address) {
  return config::is_ipv6_address(address) ? "[" + address + "]" : address;
}

void check_addresses(const std::vector<std::string>& addresses) {
  for (const std::string& address : addresses) {
    if (config::is_ipv4_address(address) || config::is_ipv6_address(address)) continue;
    throw std::invalid_argument("Not an IP address to publish on: " + address);
  }
}

}  // namespace

std::vector<std::string> publishing(const std::string& http_port, const std::string& https_port,
                                    const std::optional<std::vector<std::string>>& addresses) {
  std::vector<std::string> arguments;
  for (const std::string& address : addresses.value_or(std::vector<std::string>{""})) {
    const std::string prefix = address.empty() ? "" : bracketed(address) + ":";
    arguments.insert(arguments.end(), {"--publish", prefix + http_port + ":80"});
    arguments.insert(arguments.end(), {"--publish", prefix + https_port + ":443"});
  }
  return arguments;
}

std::vector<std::string> log_size(const std::string& size) {
  if (strip(size).empty()) return {};
  return {"--log-opt", "max-size=" + size};
}

std::string default_boot_options() {
  std::vector<std::string> options = publishing("80", "443", std::nullopt);
  for (const std::string& option : log_size("10m")) options.push_back(option);
  return join(options, " ");
}

std::optional<std::string> BootConfig::options_text() const {
  check_addresses(publish_host_ips);
  std::vector<std::string> options;
  if (publish) {
    options = publishing(http_port, https_port,
                         publish_host_ips.empty() ? std::nullopt : std::optional(publish_host_ips));
  }
  for (const std::string& option : log_size(log_max_size)) options.push_back(option);
  if (metrics_port) options.push_back("--expose=" + *metrics_port);
  for (const std::string& option : docker_options) options.push_back("--" + option);
  const std::string text = join(options, " ");
  return text == default_boot_options() ? std::nullopt : std::optional(text);
}

std::optional<std::string> BootConfig::image_text() const {
  const bool registry_given = registry && !strip(*registry).empty();
  const bool repository_given = repository && !strip(*repository).empty();
  const std::string text = (registry_given ? *registry + "/" : "") +
                           (repository_given ? *repository : std::string("basecamp")) + "/kamal-proxy";
  return text == default_proxy_image ? std::nullopt : std::optional(text);
}

std::optional<std::string> BootConfig::run_command_text() const {
  if (!debug && !metrics_port) return std::nullopt;
  // The quotes are for xargs, which reads this text.
  return std::string("kamal-proxy run") + (debug ? " --debug" : "") +
         (metrics_port ? " --metrics-port \"" + *metrics_port + "\"" : "");
}

}  // namespace kamal::commands
