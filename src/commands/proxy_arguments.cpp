#include "commands/proxy_arguments.h"

#include <vector>

#include "kamal/commands/base.h"

namespace kamal::commands {
namespace {

// --name=value options; what is absent is left out.
class Options {
 public:
  void add(const std::string& name, const std::string& value) {
    arguments_.push_back(Argument::expanding("--" + name + "=" + value));
  }
  void add(const std::string& name, const std::optional<std::string>& value) {
    if (value) add(name, *value);
  }
  void seconds(const std::string& name, const std::optional<std::string>& value) {
    if (value) add(name, *value + "s");
  }
  void each(const std::string& name, const std::vector<std::string>& values) {
    for (const std::string& value : values) add(name, value);
  }
  void flag(const std::string& name) { arguments_.emplace_back("--" + name); }
  void flag(const std::string& name, std::optional<bool> value) {
    if (value) *value ? flag(name) : add(name, std::string("false"));
  }
  // A setting that is written `true` stands without its value.
  void flag_text(const std::string& name, const std::string& value) {
    value == "true" ? flag(name) : add(name, value);
  }
  Arguments take() { return std::move(arguments_); }

 private:
  Arguments arguments_;
};

std::string tls_file(const ProxyDeploy& deploy, const std::string& name) {
  const std::string folder = deploy.config.proxy_app_container_directory() + "/tls/";
  return deploy.role ? folder + deploy.role->str() + "/" + name : folder + name;
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

}  // namespace kamal::commands
