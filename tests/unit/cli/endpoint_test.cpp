#include <gtest/gtest.h>

#include "cli/output/endpoint.h"

namespace kamal::cli {
namespace {

Endpoint parsed(const std::string& address) { return parse_endpoint(address, "endpoint"); }

std::string proxy_of(const std::string& address, const EnvironmentMap& environment) {
  const auto proxy = proxy_for(parsed(address), environment);
  return proxy ? proxy->host + ":" + proxy->port : "none";
}

TEST(Endpoint, ParsesUrl) {
  const Endpoint endpoint = parsed("https://otel.example.com:4318/in");
  EXPECT_EQ(endpoint.scheme, Endpoint::Scheme::https);
  EXPECT_EQ(endpoint.host, "otel.example.com");
  EXPECT_EQ(endpoint.port, "4318");
  EXPECT_EQ(endpoint.path, "/in");
}

TEST(Endpoint, DefaultsPortAndPath) {
  EXPECT_EQ(parsed("http://otel").port, "80");
  EXPECT_EQ(parsed("https://otel").port, "443");
  EXPECT_EQ(parsed("http://otel").path, "/");
}

TEST(Endpoint, OmitsDefaultPortInAuthority) {
  EXPECT_EQ(parsed("http://otel:4318").authority(), "otel:4318");
  EXPECT_EQ(parsed("https://otel:443").authority(), "otel");
}

TEST(Endpoint, StripsIpv6Brackets) {
  EXPECT_EQ(parsed("http://[::1]:4318").host, "::1");
  EXPECT_EQ(parsed("http://[::1]:4318").authority(), "[::1]:4318");
}

TEST(Endpoint, HidesPassword) {
  EXPECT_EQ(parsed("https://ann:sesame@otel:4318/in").display_url(), "https://otel:4318/in");
  EXPECT_EQ(parsed("https://ann:sesame@otel/").display_url(), "https://otel");
}

TEST(Endpoint, RejectsInvalidUrls) {
  for (const char* address : {"", "ftp://otel", "http://", "http://otel:port", "http://otel/a b",
                              "http://otel/\r\nX: y", "http://otel/?key=1"}) {
    EXPECT_THROW(parsed(address), EndpointError) << address;
  }
}

TEST(Endpoint, ReportsExpectedForm) {
  try {
    parsed("ftp://otel");
    FAIL();
  } catch (const EndpointError& error) {
    EXPECT_STREQ(error.what(), "the endpoint must be an HTTP URL (like http://otel.example.com:4318)");
  }
}

TEST(Proxy, ComesFromEnvironment) {
  EXPECT_EQ(proxy_of("http://otel", {{"http_proxy", "http://squid:3128"}}), "squid:3128");
  EXPECT_EQ(proxy_of("http://otel", {{"HTTP_PROXY", "squid:3128"}}), "squid:3128");
  EXPECT_EQ(proxy_of("https://otel", {{"https_proxy", "tls:1"}, {"http_proxy", "squid:3128"}}), "tls:1");
  EXPECT_EQ(proxy_of("https://otel", {{"http_proxy", "squid:3128"}}), "squid:3128");
  EXPECT_EQ(proxy_of("http://otel", {{"https_proxy", "tls:1"}}), "none");
}

TEST(Proxy, SkipsLoopback) {
  for (const char* address : {"http://localhost:4318", "http://127.0.0.1:4318", "http://[::1]:4318"}) {
    EXPECT_EQ(proxy_of(address, {{"http_proxy", "squid:3128"}}), "none") << address;
  }
}

TEST(Proxy, HonorsNoProxy) {
  const auto with = [](const std::string& exempt) {
    return proxy_of("http://otel.example.com:4318", {{"http_proxy", "squid:3128"}, {"no_proxy", exempt}});
  };
  EXPECT_EQ(with("otel.example.com"), "none");
  EXPECT_EQ(with("internal, example.com"), "none");
  EXPECT_EQ(with(".Example.com"), "none");
  EXPECT_EQ(with("*.example.com"), "none");
  EXPECT_EQ(with("otel.example.com:4318"), "none");
  EXPECT_EQ(with("*"), "none");
  EXPECT_EQ(with("ample.com,otel.example.com:80,"), "squid:3128");
}

}  // namespace
}  // namespace kamal::cli
