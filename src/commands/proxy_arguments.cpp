#include "commands/proxy_arguments.h"

#include <stdexcept>

#include "kamal/commands/base.h"
#include "kamal/commands/proxy.h"
#include "kamal/support/name_lookup.h"
#include "kamal/support/strings.h"

namespace kamal::commands {
namespace {

// --name=value options; absent values are skipped.
class Options {
 public:
  void add(const std::string& name, const std::string& value) {
    arguments_.push_back(Argument::expanding("--" + name + "=" + value));
  }
  void add(const std::string& name, const std::optional<std::string>& value) {
    if (value) add(name, *value);
  }
  void seconds(const std::string& name, std::optional<std::chrono::seconds> value) {
    if (value) add(name, std::to_string(value->count()) + "s");
  }
  void each(const std::string& name, const std::vector<std::string>& values) {
    for (const std::string& value : values) add(name, value);
  }
  void flag(const std::string& name) { arguments_.emplace_back("--" + name); }
  void flag(const std::string& name, std::optional<bool> value) {
    if (value) *value ? flag(name) : add(name, std::string("false"));
  }
  // A setting written as `true` becomes a flag without a value.
  void flag_text(const std::string& name, const std::string& value) {
    value == "true" ? flag(name) : add(name, value);
  }
  Arguments take() { return std::move(arguments_); }

 private:
  Arguments arguments_;
};

std::string tls_file(const ProxyDeploy& deploy, const std::string& name) {
  const std::string directory = deploy.config.proxy_app_container_directory() + "/tls/";
  return deploy.role ? directory + deploy.role->str() + "/" + name : directory + name;
}

void add_tls(Options& options, const ProxyDeploy& deploy) {
  if (deploy.proxy.ssl || deploy.proxy.custom_certificate()) options.flag("tls");
  if (!deploy.proxy.custom_certificate()) return;
  options.add("tls-certificate-path", tls_file(deploy, "cert.pem"));
  options.add("tls-private-key-path", tls_file(deploy, "key.pem"));
}

void add_timing(Options& options, const ProxyDeploy& deploy) {
  options.seconds("deploy-timeout", deploy.config.deploy_timeout);
  options.seconds("drain-timeout", deploy.config.drain_timeout);
  options.seconds("health-check-interval", deploy.proxy.healthcheck_interval);
  options.seconds("health-check-timeout", deploy.proxy.healthcheck_timeout);
  options.add("health-check-path", deploy.proxy.healthcheck_path);
  options.seconds("target-timeout", deploy.proxy.response_timeout);
}

void add_buffering(Options& options, const config::Proxy& proxy) {
  options.flag_text("buffer-requests", proxy.buffer_requests);
  options.flag_text("buffer-responses", proxy.buffer_responses);
  options.add("buffer-memory", proxy.buffer_memory);
  options.add("max-request-body", proxy.max_request_body);
  options.add("max-response-body", proxy.max_response_body);
}

void add_routing(Options& options, const config::Proxy& proxy) {
  options.each("path-prefix", proxy.path_prefixes);
  options.flag("strip-path-prefix", proxy.strip_path_prefix);
  options.flag("forward-headers", proxy.forward_headers);
  options.flag("tls-redirect", proxy.ssl_redirect);
}

void add_logging(Options& options, const config::Proxy& proxy) {
  static const std::vector<std::string> usual = {"Cache-Control", "Last-Modified", "User-Agent"};
  options.each("log-request-header", proxy.request_headers.value_or(usual));
  options.each("log-response-header", proxy.response_headers.value_or(std::vector<std::string>()));
}

}  // namespace

Command proxy_exec(Arguments arguments) {
  return docker({"exec", proxy_container_name, "kamal-proxy"}).add(arguments);
}

Arguments deploy_arguments(const ProxyDeploy& deploy, std::string_view target) {
  Options options;
  options.add("target", std::string(target) + ":" + deploy.proxy.app_port);
  options.each("host", deploy.proxy.hosts);
  add_tls(options, deploy);
  add_timing(options, deploy);
  add_buffering(options, deploy.proxy);
  add_routing(options, deploy.proxy);
  add_logging(options, deploy.proxy);
  if (deploy.config.error_pages_path) {
    options.add("error-pages",
                deploy.config.proxy_app_container_directory() + "/error_pages/" + deploy.version.str());
  }
  return options.take();
}

namespace {

std::string bracketed(const std::string& address) {
  return is_ipv6_address(address) ? "[" + address + "]" : address;
}

void check_addresses(const std::vector<std::string>& addresses) {
  for (const std::string& address : addresses) {
    if (is_ipv4_address(address) || is_ipv6_address(address)) continue;
    throw std::invalid_argument("Not an IP address: " + address);
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
