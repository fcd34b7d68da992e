#include <gtest/gtest.h>

#include "config_fixture.h"
#include "support/there.h"

namespace kamal::config {
namespace {

using test::configure;
using test::role;
using test::Words;

Proxy proxy(const std::string& settings) {
  return test::there(role(configure("servers: [ a ]\nproxy: { " + settings + " }"), "web").proxy);
}
ProxyRun run(const std::string& settings) { return *proxy("run: { " + settings + " }").run; }

TEST(ProxyKeys, DefaultsMatchKamal) {
  const Proxy defaults = test::there(role(configure(""), "web").proxy);
  EXPECT_EQ(defaults.app_port, "80");
  EXPECT_EQ(defaults.hosts, Words());
  EXPECT_FALSE(defaults.ssl);
  EXPECT_FALSE(defaults.ssl_redirect);
  EXPECT_EQ(defaults.buffer_requests, "true");
  EXPECT_EQ(defaults.buffer_responses, "true");
  EXPECT_FALSE(defaults.request_headers);
  EXPECT_FALSE(defaults.run);
}

TEST(ProxyKeys, HostMayListSeveral) {
  EXPECT_EQ(proxy("host: a.test").hosts, Words{"a.test"});
  EXPECT_EQ(proxy("host: 'a.test,b.test'").hosts, (Words{"a.test", "b.test"}));
  EXPECT_EQ(proxy("host: ''").hosts, Words());
}

TEST(ProxyKeys, HostsIsAList) {
  EXPECT_EQ(proxy("hosts: [ a.test, b.test ]").hosts, (Words{"a.test", "b.test"}));
}

TEST(ProxyKeys, AppPort) { EXPECT_EQ(proxy("app_port: 3000").app_port, "3000"); }

TEST(ProxyKeys, SslIsTrueOrACustomCertificate) {
  EXPECT_TRUE(proxy("host: a.test, ssl: true").ssl);
  EXPECT_FALSE(proxy("ssl: false").ssl);
  EXPECT_FALSE(proxy("host: a.test, ssl: true").custom_certificate());
  const Proxy own = proxy("host: a.test, ssl: { certificate_pem: CERT, private_key_pem: KEY }");
  EXPECT_TRUE(own.ssl);
  EXPECT_TRUE(own.custom_certificate());
  EXPECT_EQ(own.certificate_pem, "CERT");
  EXPECT_EQ(own.private_key_pem, "KEY");
}

TEST(ProxyKeys, Flags) {
  EXPECT_EQ(proxy("ssl_redirect: false").ssl_redirect, false);
  EXPECT_EQ(proxy("forward_headers: yes").forward_headers, true);
  EXPECT_EQ(proxy("strip_path_prefix: false").strip_path_prefix, false);
}

TEST(ProxyKeys, PathPrefixesInBothForms) {
  EXPECT_EQ(proxy("path_prefix: '/api,/oauth'").path_prefixes, (Words{"/api", "/oauth"}));
  EXPECT_EQ(proxy("path_prefixes: [ /api ]").path_prefixes, Words{"/api"});
}

TEST(ProxyKeys, ResponseTimeout) {
  EXPECT_EQ(proxy("response_timeout: 10").response_timeout, std::chrono::seconds(10));
}

TEST(ProxyKeys, Healthcheck) {
  const Proxy checked = proxy("healthcheck: { interval: 2, timeout: 3, path: /health }");
  EXPECT_EQ(checked.healthcheck_interval, std::chrono::seconds(2));
  EXPECT_EQ(checked.healthcheck_timeout, std::chrono::seconds(3));
  EXPECT_EQ(checked.healthcheck_path, "/health");
}

TEST(ProxyKeys, Buffering) {
  const Proxy buffered = proxy(
      "buffering: { requests: false, responses: true, memory: 2_000_000, max_request_body: 40_000_000, "
      "max_response_body: 0 }");
  EXPECT_EQ(buffered.buffer_requests, "false");
  EXPECT_EQ(buffered.buffer_responses, "true");
  EXPECT_EQ(buffered.buffer_memory, "2000000");
  EXPECT_EQ(buffered.max_request_body, "40000000");
  EXPECT_EQ(buffered.max_response_body, "0");
}

TEST(ProxyKeys, Logging) {
  const Proxy logged = proxy("logging: { request_headers: [ A, B ], response_headers: [ C ] }");
  EXPECT_EQ(test::there(logged.request_headers), (Words{"A", "B"}));
  EXPECT_EQ(test::there(logged.response_headers), Words{"C"});
}

TEST(ProxyRunKeys, Defaults) {
  const ProxyRun defaults = run("debug: false");
  EXPECT_TRUE(defaults.publish);
  EXPECT_EQ(defaults.http_port, "80");
  EXPECT_EQ(defaults.https_port, "443");
  EXPECT_EQ(defaults.log_max_size, "10m");
  EXPECT_EQ(defaults.image(), "basecamp/kamal-proxy:v0.9.2");
  EXPECT_FALSE(defaults.bind_ips);
  EXPECT_FALSE(defaults.metrics_port);
  EXPECT_EQ(defaults.debug, false);
}

TEST(ProxyRunKeys, Ports) {
  EXPECT_EQ(run("http_port: 8080").http_port, "8080");
  EXPECT_EQ(run("https_port: 8443").https_port, "8443");
  EXPECT_EQ(run("metrics_port: 9090").metrics_port, "9090");
  EXPECT_FALSE(run("publish: false").publish);
  EXPECT_EQ(test::there(run("bind_ips: [ 0.0.0.0, '::1' ]").bind_ips), (Words{"0.0.0.0", "::1"}));
}

TEST(ProxyRunKeys, Image) {
  EXPECT_EQ(run("version: v0.9.9").image(), "basecamp/kamal-proxy:v0.9.9");
  EXPECT_EQ(run("registry: 'r.test:4443', repository: me/proxy").image(), "r.test:4443/me/proxy:v0.9.2");
}

TEST(ProxyRunKeys, DebugLogSizeAndOptions) {
  EXPECT_EQ(run("debug: true").debug, true);
  EXPECT_EQ(run("log_max_size: 30m").log_max_size, "30m");
  EXPECT_EQ(run("log_max_size: ''").log_max_size, "");
  EXPECT_EQ(run("options: { label: [ a=b, c=d ], cpus: 0.5 }").options,
            (DockerOptions{{"label", "a=b"}, {"label", "c=d"}, {"cpus", "0.5"}}));
}

TEST(ProxyRunKeys, FalseUnsetsLogMaxSize) { EXPECT_FALSE(run("log_max_size: false").log_max_size); }

TEST(ProxyRunKeys, EmptyRunIsUnset) { EXPECT_FALSE(proxy("run: {}").run); }

TEST(ProxyRunKeys, HostUsesItsRolesThenItsAccessories) {
  const Configuration configuration = configure(
      "servers: { web: { hosts: [ a ] }, jobs: [ b ] }\n"
      "proxy: { run: { http_port: 81 } }\n"
      "accessories: { db: { image: x, host: b, proxy: { run: { http_port: 82 } } } }");
  EXPECT_EQ(test::there(configuration.proxy_run(Host("a"))).http_port, "81");
  EXPECT_EQ(test::there(configuration.proxy_run(Host("b"))).http_port, "82");
  EXPECT_EQ(configuration.proxy_run(Host("c")), nullptr);
}

}  // namespace
}  // namespace kamal::config
