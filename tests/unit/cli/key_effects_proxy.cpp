#include "unit/cli/key_effects.h"

namespace kamal::test {
namespace {

KeyEffects routes() {
  return {
      {"proxy/host", "", "proxy: { host: shop.test }", booting, " --host=shop.test "},
      {"proxy/hosts", "", "proxy: { hosts: [ a.test, b.test ] }", booting, " --host=a.test --host=b.test "},
      {"proxy/path_prefix", "", "proxy: { path_prefix: \"/api,/oauth\" }", booting,
       " --path-prefix=/api --path-prefix=/oauth "},
      {"proxy/path_prefixes", "", "proxy: { path_prefixes: [ /api, /oauth ] }", booting,
       " --path-prefix=/api --path-prefix=/oauth "},
      {"proxy/strip_path_prefix", "", "proxy: { path_prefix: /api, strip_path_prefix: false }", booting,
       " --strip-path-prefix=false "},
      {"proxy/app_port", "", "proxy: { app_port: 3000 }", booting, "--target=id-shop-web-v2:3000"},
  };
}

KeyEffects encryption() {
  const std::string pems =
      "proxy: { host: shop.test, ssl: { certificate_pem: CERTIFICATE, private_key_pem: PRIVATE_KEY } }";
  return {
      {"proxy/ssl", "", "proxy: { host: shop.test, ssl: true }", booting, " --host=shop.test --tls "},
      {"proxy/ssl", "", pems, booting,
       " --tls-certificate-path=/home/kamal-proxy/.apps-config/shop/tls/web/cert.pem "},
      {"proxy/ssl/certificate_pem", "", pems, booting,
       "1.1.1.1:.kamal/proxy/apps-config/shop/tls/web/cert.pem holds cert\n"},
      {"proxy/ssl/private_key_pem", "", pems, booting,
       "1.1.1.1:.kamal/proxy/apps-config/shop/tls/web/key.pem holds key\n"},
      {"proxy/ssl_redirect", "", "proxy: { ssl_redirect: false }", booting, " --tls-redirect=false "},
      {"proxy/forward_headers", "", "proxy: { forward_headers: true }", booting, " --forward-headers "},
  };
}

KeyEffects requests() {
  return {
      {"proxy/response_timeout", "", "proxy: { response_timeout: 45 }", booting, " --target-timeout=45s "},
      {"proxy/healthcheck", "", "proxy: { healthcheck: { path: /healthz } }", booting,
       " --health-check-path=/healthz "},
      {"proxy/healthcheck/path", "", "proxy: { healthcheck: { path: /up/db } }", booting,
       " --health-check-path=/up/db "},
      {"proxy/healthcheck/interval", "", "proxy: { healthcheck: { interval: 3 } }", booting,
       " --health-check-interval=3s "},
      {"proxy/healthcheck/timeout", "", "proxy: { healthcheck: { timeout: 4 } }", booting,
       " --health-check-timeout=4s "},
      {"proxy/buffering", "", "proxy: { buffering: { memory: 1_000 } }", booting, " --buffer-memory=1000 "},
      {"proxy/buffering/requests", "", "proxy: { buffering: { requests: false } }", booting,
       " --buffer-requests=false "},
      {"proxy/buffering/responses", "", "proxy: { buffering: { responses: false } }", booting,
       " --buffer-responses=false "},
      {"proxy/buffering/max_request_body", "", "proxy: { buffering: { max_request_body: 40_000_000 } }",
       booting, " --max-request-body=40000000 "},
      {"proxy/buffering/max_response_body", "", "proxy: { buffering: { max_response_body: 0 } }", booting,
       " --max-response-body=0 "},
      {"proxy/buffering/memory", "", "proxy: { buffering: { memory: 2_000_000 } }", booting,
       " --buffer-memory=2000000 "},
      {"proxy/logging", "", "proxy: { logging: { request_headers: [ X-A ] } }", booting,
       " --log-request-header=X-A\n"},
      {"proxy/logging/request_headers", "", "proxy: { logging: { request_headers: [ X-A, X-B ] } }", booting,
       " --log-request-header=X-A --log-request-header=X-B\n"},
      {"proxy/logging/response_headers", "", "proxy: { logging: { response_headers: [ X-C ] } }", booting,
       " --log-response-header=X-C\n"},
  };
}

// The container of the proxy itself.
KeyEffects container() {
  const Line booting_proxy = {"proxy", "boot"};
  const std::string folder = ":/home/kamal-proxy/.apps-config\" ";
  return {
      {"proxy/run", "", "proxy: { run: { http_port: 8080 } }", booting_proxy, " --publish 8080:80 "},
      {"proxy/run/publish", "", "proxy: { run: { publish: false } }", booting_proxy,
       folder + "--log-opt max-size=10m basecamp/kamal-proxy:v0.9.2 kamal-proxy run\n"},
      {"proxy/run/http_port", "", "proxy: { run: { http_port: 8081 } }", booting_proxy,
       folder + "--publish 8081:80 --publish 443:443 "},
      {"proxy/run/https_port", "", "proxy: { run: { https_port: 8443 } }", booting_proxy,
       folder + "--publish 80:80 --publish 8443:443 "},
      {"proxy/run/bind_ips", "", "proxy: { run: { bind_ips: [ 10.0.0.5 ] } }", booting_proxy,
       folder + "--publish 10.0.0.5:80:80 --publish 10.0.0.5:443:443 "},
      {"proxy/run/metrics_port", "", "proxy: { run: { metrics_port: 9090 } }", booting_proxy,
       " --expose=9090 basecamp/kamal-proxy:v0.9.2 kamal-proxy run --metrics-port 9090\n"},
      {"proxy/run/debug", "", "proxy: { run: { debug: true } }", booting_proxy, " kamal-proxy run --debug\n"},
      {"proxy/run/log_max_size", "", "proxy: { run: { log_max_size: 30m } }", booting_proxy,
       " --log-opt max-size=30m "},
      {"proxy/run/registry", "", "proxy: { run: { registry: \"registry:4443\" } }", booting_proxy,
       " registry:4443/basecamp/kamal-proxy:v0.9.2 "},
      {"proxy/run/repository", "", "proxy: { run: { repository: mirror/kamal-proxy } }", booting_proxy,
       " mirror/kamal-proxy:v0.9.2 "},
      {"proxy/run/version", "", "proxy: { run: { version: v0.9.9 } }", booting_proxy,
       " basecamp/kamal-proxy:v0.9.9 "},
      {"proxy/run/options", "",
       "proxy: { run: { options: { label: [ a=b, c=d ], memory: 512m, cpus: 0.5 } } }", booting_proxy,
       " --label a=b --label c=d --memory 512m --cpus 0.5 basecamp/kamal-proxy:v0.9.2 "},
  };
}

}  // namespace

KeyEffects proxy_key_effects() {
  KeyEffects all;
  for (const KeyEffects& part : {routes(), encryption(), requests(), container()}) {
    all.insert(all.end(), part.begin(), part.end());
  }
  return all;
}

}  // namespace kamal::test
