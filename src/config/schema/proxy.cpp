#include "config/schema/table.h"

namespace kamal::config::schema {
namespace {

const Section& ssl() {
  static const Section section{.name = {},
                               .path = "proxy/ssl",
                               .text = {},
                               .keys = {{.name = "certificate_pem",
                                         .shape = {.text = true},
                                         .text = "Name of the secret with the certificate chain (PEM).",
                                         .example = "TLS_CERTIFICATE"},
                                        {.name = "private_key_pem",
                                         .shape = {.text = true},
                                         .text = "Name of the secret with the private key (PEM).",
                                         .example = "TLS_PRIVATE_KEY",
                                         .sensitive = true}},
                               .unknown = Unknown::warning};
  return section;
}

const Section& healthcheck() {
  static const Section section{.name = {},
                               .path = "proxy/healthcheck",
                               .text = {},
                               .keys = {{.name = "path",
                                         .shape = {.text = true},
                                         .text = "Path to check; status 200 is healthy.",
                                         .example = "/health",
                                         .default_value = "/up"},
                                        {.name = "interval",
                                         .shape = {.integer = true},
                                         .text = "Seconds between checks.",
                                         .example = "2",
                                         .default_value = "1"},
                                        {.name = "timeout",
                                         .shape = {.integer = true},
                                         .text = "Seconds before a check times out.",
                                         .example = "3",
                                         .default_value = "5"}}};
  return section;
}

const Section& buffering() {
  static const Section section{
      .name = {},
      .path = "proxy/buffering",
      .text = {},
      .keys = {{.name = "requests",
                .shape = {.boolean = true},
                .text = "Buffer the whole request before forwarding it.",
                .example = "false",
                .default_value = "true"},
               {.name = "responses",
                .shape = {.boolean = true},
                .text = "Buffer the whole response before sending it. Streaming requires false.",
                .example = "false",
                .default_value = "true"},
               {.name = "max_request_body",
                .shape = {.integer = true},
                .text = "Maximum request body in bytes (0: no limit).",
                .example = "40_000_000",
                .default_value = "1 GB"},
               {.name = "max_response_body",
                .shape = {.integer = true},
                .text = "Maximum response body in bytes (0: no limit).",
                .example = "0",
                .default_value = "no limit"},
               {.name = "memory",
                .shape = {.integer = true},
                .text = "Bytes of a body to keep in memory; the rest goes to disk.",
                .example = "2_000_000",
                .default_value = "1 MB"}}};
  return section;
}

const Section& request_logging() {
  static const Section section{.name = {},
                               .path = "proxy/logging",
                               .text = {},
                               .keys = {{.name = "request_headers",
                                         .shape = {.items = &text},
                                         .text = "Request headers to log.",
                                         .example = "- User-Agent\n- X-Request-ID",
                                         .default_value = "Cache-Control, Last-Modified and User-Agent"},
                                        {.name = "response_headers",
                                         .shape = {.items = &text},
                                         .text = "Response headers to log.",
                                         .example = "- X-Request-ID"}}};
  return section;
}

std::vector<Key> run_ports() {
  return {
      {.name = "publish",
       .shape = {.boolean = true},
       .text =
           R"(Publish the proxy's ports on the host. Use false if another service on the Docker network is in
front of it.)",
       .example = "false",
       .default_value = "true"},
      {.name = "http_port",
       .shape = {.integer = true},
       .text = "HTTP port on the host.",
       .example = "8080",
       .default_value = "80"},
      {.name = "https_port",
       .shape = {.integer = true},
       .text = "HTTPS port on the host.",
       .example = "8443",
       .default_value = "443"},
      {.name = "bind_ips",
       .shape = {.items = &text},
       .text = "IP addresses to publish the ports on. Quote IPv6 addresses.",
       .example = "- 192.0.2.10\n- \"2001:db8::1\"",
       .default_value = "all"},
      {.name = "metrics_port",
       .shape = {.integer = true},
       .text = "Port for Prometheus metrics, on the Docker network.",
       .example = "9090"}};
}

std::vector<Key> run_container() {
  return {{.name = "debug",
           .shape = {.boolean = true},
           .text = "Enable debug logging.",
           .example = "true",
           .default_value = "false"},
          {.name = "log_max_size",
           .shape = {.text = true},
           .text = R"(Maximum size of the proxy's log before Docker rotates it; "" uses Docker's default.)",
           .example = "50m",
           .default_value = "10m"},
          {.name = "registry",
           .shape = {.text = true},
           .text = "Registry of the proxy image.",
           .example = "registry.example.com",
           .default_value = "Docker Hub"},
          {.name = "repository",
           .shape = {.text = true},
           .text = "Name of the proxy image.",
           .example = "acme/kamal-proxy",
           .default_value = "basecamp/kamal-proxy"},
          {.name = "version",
           .shape = {.text = true},
           .text = "Tag of the proxy image.",
           .example = "v0.9.2",
           .default_value = "v0.9.2"},
          {.name = "options",
           .shape = {.entries = &flag},
           .text = "Extra options for docker run, as --NAME VALUE.",
           .example = "memory: 512m\nlabel:\n  - team=platform"}};
}

const Section& run() {
  static const Section section = [] {
    Section all{.name = {}, .path = "proxy/run", .text = {}, .keys = run_ports()};
    for (const Key& key : run_container()) all.keys.push_back(key);
    return all;
  }();
  return section;
}

std::vector<Key> routing() {
  return {
      {.name = "host",
       .shape = {.text = true},
       .text =
           R"(Hostname to serve; other hostnames do not reach the app. Separate several with commas. Without one,
the app gets requests no other app on the server claims.)",
       .example = "shop.example.com"},
      {.name = "hosts",
       .shape = {.items = &text},
       .text = "The same as a list. Use host or hosts, not both.",
       .example = "- shop.example.com\n- www.shop.example.com"},
      {.name = "path_prefix",
       .shape = {.text = true},
       .text = "Serve only paths with this prefix; separate several with commas.",
       .example = "/api,/oauth"},
      {.name = "path_prefixes",
       .shape = {.items = &text},
       .text = "The same as a list.",
       .example = "- /api\n- /oauth"},
      {.name = "strip_path_prefix",
       .shape = {.boolean = true},
       .text = "Strip the prefix before forwarding.",
       .example = "false",
       .default_value = "true"},
      {.name = "app_port",
       .shape = {.integer = true},
       .text = "Port the app listens on in its container.",
       .example = "3000",
       .default_value = "80"}};
}

std::vector<Key> encryption() {
  return {
      {.name = "ssl",
       .shape = {.boolean = true, .section = ssl},
       .text =
           R"(true gets certificates from Let's Encrypt. That requires a host, DNS pointing to the server, port
443 open and a single server. For a custom certificate, which works on any number of servers, use a
map with the names of the two secrets.)",
       .example = "true",
       .default_value = "false"},
      {.name = "ssl_redirect",
       .shape = {.boolean = true},
       .text = "Redirect HTTP to HTTPS.",
       .example = "false",
       .default_value = "true with ssl"},
      {.name = "forward_headers",
       .shape = {.boolean = true},
       .text =
           R"(Forward the client's X-Forwarded-For and X-Forwarded-Proto. Enable it behind a trusted proxy.)",
       .example = "true",
       .default_value = "false with ssl, true without"}};
}

std::vector<Key> behavior() {
  return {
      {.name = "response_timeout",
       .shape = {.integer = true},
       .text = "Seconds the app has to respond.",
       .example = "10",
       .default_value = "30"},
      {.name = "healthcheck",
       .shape = {.section = healthcheck},
       .text = R"(How the proxy checks that a new container is ready, before routing requests to it.)",
       .example = {}},
      {.name = "buffering",
       .shape = {.section = buffering},
       .text = "Whether the proxy buffers bodies, and how large they may be.",
       .example = {}},
      {.name = "logging",
       .shape = {.section = request_logging},
       .text = "What the proxy logs about requests.",
       .example = {}},
      {.name = "run",
       .shape = {.section = run},
       .text =
           R"(How kamal-proxy itself is started. All apps on a server share one proxy, so their settings must
agree.)",
       .example = {}}};
}

}  // namespace

const Section& proxy() {
  static const Section section = [] {
    Section all{
        .name = "proxy",
        .path = "proxy",
        .text =
            R"(kamal-proxy takes requests on ports 80 and 443, routes them to the running version and switches to a
new one without dropping any.

These settings belong to one app. Roles and accessories can have their own: a role's are merged over
the root's, and its host or hosts, or path prefixes, replace the root's.)",
        .keys = routing()};
    for (const auto& part : {encryption(), behavior()})
      all.keys.insert(all.keys.end(), part.begin(), part.end());
    return all;
  }();
  return section;
}

}  // namespace kamal::config::schema
