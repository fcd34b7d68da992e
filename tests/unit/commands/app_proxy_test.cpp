#include <gtest/gtest.h>

#include "unit/commands/commands_of.h"

namespace kamal::commands {
namespace {

using test::configured;

const std::string start = "docker exec kamal-proxy kamal-proxy deploy shop-web ";
const std::string timeouts = " --deploy-timeout=30s --drain-timeout=30s";
const std::string buffers = " --buffer-requests --buffer-responses";
const std::string headers =
    " --log-request-header=Cache-Control --log-request-header=Last-Modified --log-request-header=User-Agent";

std::string deploy(const std::string& yaml) { return text(app_of(configured(yaml)).deploy("0a1b2c")); }

TEST(AppDeploy, PassesTheTarget) {
  EXPECT_EQ(deploy(""),
            "docker exec kamal-proxy kamal-proxy deploy shop-web --target=0a1b2c:80 --deploy-timeout=30s "
            "--drain-timeout=30s --buffer-requests --buffer-responses --log-request-header=Cache-Control "
            "--log-request-header=Last-Modified --log-request-header=User-Agent");
}

TEST(AppDeploy, ExpandsASavedTarget) {
  EXPECT_EQ(text(app_of(configured()).deploy("${endpoint}")),
            start + "\"--target=${endpoint}:80\"" + timeouts + buffers + headers);
}

TEST(AppDeploy, NamesTheServiceAfterTheDestination) {
  EXPECT_EQ(text(app_of(configured("", "staging")).deploy("0a1b2c")),
            "docker exec kamal-proxy kamal-proxy deploy shop-web-staging --target=0a1b2c:80" + timeouts +
                buffers + headers);
}

TEST(AppDeploy, SslWithACertificate) {
  EXPECT_EQ(deploy("proxy: { host: a.test, ssl: { certificate_pem: CERT, private_key_pem: KEY } }"),
            start +
                "--target=0a1b2c:80 --host=a.test --tls"
                " --tls-certificate-path=/home/kamal-proxy/.apps-config/shop/tls/web/cert.pem"
                " --tls-private-key-path=/home/kamal-proxy/.apps-config/shop/tls/web/key.pem" +
                timeouts + buffers + headers);
}

TEST(AppDeploy, PathPrefixesAndStripPathPrefix) {
  EXPECT_EQ(deploy("proxy: { path_prefixes: [ /a, /b ], strip_path_prefix: false }"),
            start + "--target=0a1b2c:80" + timeouts + buffers +
                " --path-prefix=/a --path-prefix=/b --strip-path-prefix=false" + headers);
}

TEST(AppDeploy, Healthcheck) {
  EXPECT_EQ(deploy("proxy: { healthcheck: { interval: 2, timeout: 4, path: /healthz } }"),
            start + "--target=0a1b2c:80" + timeouts +
                " --health-check-interval=2s --health-check-timeout=4s --health-check-path=/healthz" +
                buffers + headers);
}

TEST(AppDeploy, HealthcheckPathWithAQuestionMark) {
  EXPECT_EQ(deploy("proxy: { healthcheck: { path: \"/up?deep=1&a=b\" } }"),
            start + "--target=0a1b2c:80" + timeouts + " \"--health-check-path=/up?deep=1&a=b\"" + buffers +
                headers);
}

TEST(AppDeploy, Buffering) {
  EXPECT_EQ(deploy("proxy: { buffering: { requests: false, responses: true, memory: 2_000_000,"
                   " max_request_body: 40_000_000, max_response_body: 0 } }"),
            start + "--target=0a1b2c:80" + timeouts +
                " --buffer-requests=false --buffer-responses --buffer-memory=2000000"
                " --max-request-body=40000000 --max-response-body=0" +
                headers);
}

TEST(AppDeploy, LoggingOfHeaders) {
  EXPECT_EQ(deploy("proxy: { logging: { request_headers: [ X-A ], response_headers: [ X-B, X-C ] } }"),
            start + "--target=0a1b2c:80" + timeouts + buffers +
                " --log-request-header=X-A --log-response-header=X-B --log-response-header=X-C");
}

TEST(AppDeploy, LoggingOfNoHeaders) {
  EXPECT_EQ(deploy("proxy: { logging: { request_headers: [] } }"),
            start + "--target=0a1b2c:80" + timeouts + buffers);
}

TEST(AppDeploy, ProxyOfARoleIsMergedIn) {
  const config::Configuration config = configured(
      "proxy: { app_port: 3000, healthcheck: { path: /up, interval: 3 } }\n"
      "servers: { web: [ 1.1.1.1 ], api: { hosts: [ 1.1.1.2 ], proxy: { healthcheck: { path: /ok } } } }");
  EXPECT_EQ(text(app_of(config, "api", "1.1.1.2").deploy("0a1b2c")),
            "docker exec kamal-proxy kamal-proxy deploy shop-api --target=0a1b2c:3000" + timeouts +
                " --health-check-interval=3s --health-check-path=/ok" + buffers + headers);
}

TEST(AppProxy, RemovesTheService) {
  EXPECT_EQ(text(app_of(configured()).remove()), "docker exec kamal-proxy kamal-proxy remove shop-web");
}

TEST(AppProxy, ResumesTheService) {
  EXPECT_EQ(text(app_of(configured()).live()), "docker exec kamal-proxy kamal-proxy resume shop-web");
}

TEST(AppProxy, StopsTheServiceWithAMessage) {
  MaintenanceOptions options;
  options.drain_timeout = "10";
  options.message = "Back at 5 o'clock, ${USER}";
  EXPECT_EQ(text(app_of(configured()).maintenance(options)),
            "docker exec kamal-proxy kamal-proxy stop shop-web --drain-timeout=10s "
            "'--message=Back at 5 o'\\''clock, ${USER}'");
}

TEST(AppProxy, HasItsOwnDirectories) {
  EXPECT_EQ(text(app_of(configured()).remove_proxy_app_directory()), "rm -rf .kamal/proxy/apps-config/shop");
  EXPECT_EQ(text(app_of(configured()).create_ssl_directory()),
            "umask 022 && mkdir -p .kamal/proxy/apps-config/shop/tls/web && "
            "find .kamal/proxy/apps-config .kamal/proxy/apps-config/shop .kamal/proxy/apps-config/shop/tls "
            ".kamal/proxy/apps-config/shop/tls/web -prune '!' -perm -755 -exec chmod a+rx '{}' +");
  EXPECT_EQ(app_of(configured()).tls_certificate_path(), ".kamal/proxy/apps-config/shop/tls/web/cert.pem");
  EXPECT_EQ(app_of(configured()).tls_private_key_path(), ".kamal/proxy/apps-config/shop/tls/web/key.pem");
}

}  // namespace
}  // namespace kamal::commands
