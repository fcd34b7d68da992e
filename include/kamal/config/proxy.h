#pragma once

#include <chrono>
#include <optional>
#include <string>
#include <utility>
#include <vector>

#include "kamal/config/container.h"
#include "kamal/yaml/value.h"

namespace kamal::config {

// `proxy.run`: how kamal-proxy itself is started on a host.
struct ProxyRun {
  bool publish = true;
  std::string http_port = "80";
  std::string https_port = "443";
  std::optional<std::vector<std::string>> bind_ips;
  std::optional<bool> debug;
  std::optional<std::string> log_max_size = "10m";  // absent or blank: no --log-opt
  std::string version;                              // image tag, minimum_proxy_version by default
  std::optional<std::string> registry;
  std::string repository = "basecamp/kamal-proxy";
  std::optional<std::string> metrics_port;
  DockerOptions options;

  std::string image() const;  // registry/repository:version
};

// `proxy:` of a role or an accessory, with the root's settings merged in.
struct Proxy {
  std::string app_port = "80";
  std::vector<std::string> hosts;
  bool ssl = false;
  // Names of secrets, if `ssl` is a custom certificate.
  std::optional<std::string> certificate_pem;
  std::optional<std::string> private_key_pem;
  std::optional<bool> ssl_redirect;
  std::vector<std::string> path_prefixes;
  std::optional<bool> strip_path_prefix;
  std::optional<bool> forward_headers;
  std::optional<std::chrono::seconds> response_timeout;
  std::optional<std::chrono::seconds> healthcheck_interval;
  std::optional<std::chrono::seconds> healthcheck_timeout;
  std::optional<std::string> healthcheck_path;
  std::string buffer_requests = "true";  // as written: true, false
  std::string buffer_responses = "true";
  std::optional<std::string> buffer_memory;                  // bytes
  std::optional<std::string> max_request_body;               // bytes
  std::optional<std::string> max_response_body;              // bytes
  std::optional<std::vector<std::string>> request_headers;   // logging; the three defaults when absent
  std::optional<std::vector<std::string>> response_headers;  // logging
  std::optional<ProxyRun> run;

  bool custom_certificate() const { return certificate_pem && private_key_pem; }
};

inline constexpr const char* minimum_proxy_version = "v0.9.2";

}  // namespace kamal::config
