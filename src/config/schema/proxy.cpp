#include "config/schema/table.h"

namespace kamal::config::schema {
namespace {

const Section& ssl() {
  static const Section section{
      .name = {},
      .path = "proxy/ssl",
      .text = {},
      .keys = {{.name = "certificate_pem",
                .shape = {.text = true},
                .text = "Name of the secret that holds the certificate and its chain, in PEM form.",
                .example = "TLS_CERTIFICATE"},
               {.name = "private_key_pem",
                .shape = {.text = true},
                .text = "Name of the secret that holds the certificate's private key, in PEM form.",
                .example = "TLS_PRIVATE_KEY"}},
      .unknown = Unknown::warning};
  return section;
}

const Section& healthcheck() {
  static const Section section{
      .name = {},
      .path = "proxy/healthcheck",
      .text = {},
      .keys = {{.name = "path",
                .shape = {.text = true},
                .text = "What the proxy asks the container for; any answer with status 200 is good.",
                .example = "/health",
                .default_value = "/up"},
               {.name = "interval",
                .shape = {.integer = true},
                .text = "Seconds between two questions.",
                .example = "2",
                .default_value = "1"},
               {.name = "timeout",
                .shape = {.integer = true},
                .text = "Seconds that an answer may take.",
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
                .text = "Take in a request as a whole before the application gets it.",
                .example = "false",
                .default_value = "true"},
               {.name = "responses",
                .shape = {.boolean = true},
                .text = "Take in a response as a whole before the client gets it. Streams need false.",
                .example = "false",
                .default_value = "true"},
               {.name = "max_request_body",
                .shape = {.integer = true},
                .text = "Largest request in bytes; 0 means no limit.",
                .example = "40_000_000",
                .default_value = "1 GB"},
               {.name = "max_response_body",
                .shape = {.integer = true},
                .text = "Largest response in bytes; 0 means no limit.",
                .example = "0",
                .default_value = "no limit"},
               {.name = "memory",
                .shape = {.integer = true},
                .text = "Bytes of a body that stay in memory; the rest goes to disk.",
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
                                         .text = "Headers of requests that go into the proxy's log.",
                                         .example = "- User-Agent\n- X-Request-ID",
                                         .default_value = "Cache-Control, Last-Modified and User-Agent"},
                                        {.name = "response_headers",
                                         .shape = {.items = &text},
                                         .text = "Headers of responses that go into the proxy's log.",
                                         .example = "- X-Request-ID"}}};
  return section;
}

std::vector<Key> run_ports() {
  return {{.name = "publish",
           .shape = {.boolean = true},
           .text = "Whether the proxy's ports are open on the server. false is for a proxy behind something "
                   "else on the "
                   "docker network.",
           .example = "false",
           .default_value = "true"},
          {.name = "http_port",
           .shape = {.integer = true},
           .text = "The server's port for HTTP.",
           .example = "8080",
           .default_value = "80"},
          {.name = "https_port",
           .shape = {.integer = true},
           .text = "The server's port for HTTPS.",
           .example = "8443",
           .default_value = "443"},
          {.name = "bind_ips",
           .shape = {.items = &text},
           .text = "Addresses of the server to open the ports on. Put IPv6 addresses in quotes.",
           .example = "- 192.0.2.10\n- \"2001:db8::1\"",
           .default_value = "all"},
          {.name = "metrics_port",
           .shape = {.integer = true},
           .text = "Port for Prometheus metrics, on the docker network.",
           .example = "9090"}};
}

std::vector<Key> run_container() {
  return {{.name = "debug",
           .shape = {.boolean = true},
           .text = "Let the proxy log in detail.",
           .example = "true",
           .default_value = "false"},
          {.name = "log_max_size",
           .shape = {.text = true},
           .text = "Size at which docker rotates the proxy's log; \"\" leaves it to docker.",
           .example = "50m",
           .default_value = "10m"},
          {.name = "registry",
           .shape = {.text = true},
           .text = "Registry of the proxy's image.",
           .example = "registry.example.com",
           .default_value = "Docker Hub"},
          {.name = "repository",
           .shape = {.text = true},
           .text = "Name of the proxy's image.",
           .example = "acme/kamal-proxy",
           .default_value = "basecamp/kamal-proxy"},
          {.name = "version",
           .shape = {.text = true},
           .text = "Tag of the proxy's image.",
           .example = "v0.9.2",
           .default_value = "v0.9.2"},
          {.name = "options",
           .shape = {.entries = &flag},
           .text = "More options for docker run, as --NAME VALUE.",
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
           "Name that clients use; only requests for it reach the application. Several may stand here with "
           "commas between them. Without a name the application gets what no other application on the server "
           "asks for.",
       .example = "shop.example.com"},
      {.name = "hosts",
       .shape = {.items = &text},
       .text = "The same as a list. Use host or hosts, not both.",
       .example = "- shop.example.com\n- www.shop.example.com"},
      {.name = "path_prefix",
       .shape = {.text = true},
       .text = "Take only requests whose path starts so; several prefixes have commas between them.",
       .example = "/api,/oauth"},
      {.name = "path_prefixes",
       .shape = {.items = &text},
       .text = "The same as a list.",
       .example = "- /api\n- /oauth"},
      {.name = "strip_path_prefix",
       .shape = {.boolean = true},
       .text = "Whether the application gets the path without the prefix.",
       .example = "false",
       .default_value = "true"},
      {.name = "app_port",
       .shape = {.integer = true},
       .text = "Port that the application listens on inside its container.",
       .example = "3000",
       .default_value = "80"}};
}

std::vector<Key> encryption() {
  return {
      {.name = "ssl",
       .shape = {.boolean = true, .section = ssl},
       .text =
           "true lets the proxy get certificates from Let's Encrypt by itself. That needs a host, DNS that "
           "points to the server, port 443 open, and one server only. A certificate of your own works with "
           "any "
           "number of servers: a map with the names of the two secrets.",
       .example = "true",
       .default_value = "false"},
      {.name = "ssl_redirect",
       .shape = {.boolean = true},
       .text = "Whether the proxy answers plain HTTP with a redirect to HTTPS.",
       .example = "false",
       .default_value = "true with ssl"},
      {.name = "forward_headers",
       .shape = {.boolean = true},
       .text = "Pass on X-Forwarded-For and X-Forwarded-Proto as the client sent them. Right behind another "
               "proxy "
               "that you trust.",
       .example = "true",
       .default_value = "false with ssl, true without"}};
}

std::vector<Key> behaviour() {
  return {{.name = "response_timeout",
           .shape = {.integer = true},
           .text = "Seconds that the application has to answer a request.",
           .example = "10",
           .default_value = "30"},
          {.name = "healthcheck",
           .shape = {.section = healthcheck},
           .text = "How the proxy finds out that a new container is ready for requests, before it gets any.",
           .example = {}},
          {.name = "buffering",
           .shape = {.section = buffering},
           .text = "Whether bodies are collected in the proxy, and how large they may be.",
           .example = {}},
          {.name = "logging",
           .shape = {.section = request_logging},
           .text = "What the proxy's log tells about requests.",
           .example = {}},
          {.name = "run",
           .shape = {.section = run},
           .text = "How kamal-proxy itself is started. All applications of a server share one proxy, so what "
                   "they say "
                   "here must agree.",
           .example = {}}};
}

}  // namespace

const Section& proxy() {
  static const Section section = [] {
    Section all{
        .name = "proxy",
        .path = "proxy",
        .text =
            "kamal-proxy stands before the containers: it takes requests on ports 80 and 443, sends them to "
            "the version that runs, and changes over to a new one without losing any.\n\n"
            "These settings belong to one application. Roles and accessories may have their own; a role's "
            "lie on top of the root's, and its host or hosts, or path prefixes, replace the root's.",
        .keys = routing()};
    for (const auto& part : {encryption(), behaviour()})
      all.keys.insert(all.keys.end(), part.begin(), part.end());
    return all;
  }();
  return section;
}

}  // namespace kamal::config::schema
