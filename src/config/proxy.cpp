#include "kamal/config/proxy.h"

#include "config/access.h"
#include "config/sections.h"
#include "kamal/support/strings.h"

namespace kamal::config {
namespace {

// A list under `many`, or a text under `one` with commas between.
std::vector<std::string> one_or_many(const Value* section, std::string_view one, std::string_view many) {
  if (auto list = texts_at(section, many)) return *list;
  std::vector<std::string> parts;
  if (const auto text = text_at(section, one); text && !text->empty()) {
    parts = split(*text, ',');
    while (!parts.empty() && parts.back().empty()) parts.pop_back();
  }
  return parts;
}

ProxyRun run_from(const Value& section) {
  ProxyRun run;
  run.publish = boolean_at(&section, "publish").value_or(true);
  run.http_port = text_at(&section, "http_port").value_or(run.http_port);
  run.https_port = text_at(&section, "https_port").value_or(run.https_port);
  run.bind_ips = texts_at(&section, "bind_ips");
  run.debug = boolean_at(&section, "debug");
  if (section.has("log_max_size")) run.log_max_size = setting_at(&section, "log_max_size");
  run.version = text_at(&section, "version").value_or(minimum_proxy_version);
  run.registry = text_at(&section, "registry");
  run.repository = text_at(&section, "repository").value_or(run.repository);
  run.metrics_port = text_at(&section, "metrics_port");
  run.options = docker_options_from(section.find("options"));
  return run;
}

void read_ssl(Proxy& proxy, const Value* ssl) {
  if (!ssl) return;
  proxy.ssl = ssl->is_map() || ssl->is_true();
  const bool both = present_at(ssl, "certificate_pem") && present_at(ssl, "private_key_pem");
  if (!both) return;
  proxy.certificate_pem = text_at(ssl, "certificate_pem");
  proxy.private_key_pem = text_at(ssl, "private_key_pem");
}

void read_buffering(Proxy& proxy, const Value* buffering) {
  proxy.buffer_requests = text_at(buffering, "requests").value_or("true");
  proxy.buffer_responses = text_at(buffering, "responses").value_or("true");
  proxy.buffer_memory = text_at(buffering, "memory");
  proxy.max_request_body = text_at(buffering, "max_request_body");
  proxy.max_response_body = text_at(buffering, "max_response_body");
}

}  // namespace

Proxy proxy_from(const Value& section) {
  Proxy proxy;
  proxy.app_port = text_at(&section, "app_port").value_or(proxy.app_port);
  proxy.hosts = one_or_many(&section, "host", "hosts");
  read_ssl(proxy, section.find("ssl"));
  proxy.ssl_redirect = boolean_at(&section, "ssl_redirect");
  proxy.path_prefixes = one_or_many(&section, "path_prefix", "path_prefixes");
  proxy.strip_path_prefix = boolean_at(&section, "strip_path_prefix");
  proxy.forward_headers = boolean_at(&section, "forward_headers");
  proxy.response_timeout = seconds_at(&section, "response_timeout");
  const Value* healthcheck = section.find("healthcheck");
  proxy.healthcheck_interval = seconds_at(healthcheck, "interval");
  proxy.healthcheck_timeout = seconds_at(healthcheck, "timeout");
  proxy.healthcheck_path = text_at(healthcheck, "path");
  read_buffering(proxy, section.find("buffering"));
  const Value* logging = section.find("logging");
  proxy.request_headers = texts_at(logging, "request_headers");
  proxy.response_headers = texts_at(logging, "response_headers");
  if (present_at(&section, "run")) proxy.run = run_from(*section.find("run"));
  return proxy;
}

std::string ProxyRun::image() const { return (registry ? *registry + "/" : "") + repository + ":" + version; }

}  // namespace kamal::config
