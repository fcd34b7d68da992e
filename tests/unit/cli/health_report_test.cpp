#include "cli/app/health.h"

#include <gtest/gtest.h>

namespace kamal {
namespace {

using cli::health_report;

std::string failed(const std::string& error, const std::string& url = "http://0123456789ab:3000/up") {
  return R"({"time":"2026-01-02T03:04:05Z","level":"INFO","msg":"Healthcheck failed","url":")" + url +
         R"(","error":")" + error + "\"}\n";
}

TEST(HealthReport, ReportsEachReasonOnceWithItsCount) {
  const std::string refused =
      failed(R"(Get \"http://0123456789ab:3000/up\": dial tcp 172.18.0.4:3000: connect: connection refused)");
  EXPECT_EQ(health_report(refused + refused + failed("unexpected status (500)")),
            "kamal-proxy health check failed 2 times: connection refused on port 3000: is the app listening "
            "on 3000? See "
            "proxy/app_port\n"
            "kamal-proxy health check failed: /up returned status 500");
}

TEST(HealthReport, HintsAtTheFix) {
  EXPECT_EQ(
      health_report(failed("unexpected status (301)")),
      "kamal-proxy health check failed: /up returned status 301, a redirect: serve /up without one, or set "
      "proxy/healthcheck/path");
  EXPECT_EQ(health_report(failed("unexpected status (404)")),
            "kamal-proxy health check failed: /up returned status 404: does the app serve /up? See "
            "proxy/healthcheck/path");
  EXPECT_EQ(health_report(failed("unexpected status (403)")),
            "kamal-proxy health check failed: /up returned status 403: the app denies kamal-proxy access to "
            "/up (host check or login?)");
  EXPECT_EQ(health_report(failed("request timed out")),
            "kamal-proxy health check failed: /up timed out: see proxy/healthcheck/timeout");
}

TEST(HealthReport, NamesThePortThatUrlsOmit) {
  EXPECT_EQ(health_report(failed("connect: connection refused", "http://0123456789ab/up")),
            "kamal-proxy health check failed: connection refused on port 80: is the app listening on 80? See "
            "proxy/app_port");
}

TEST(HealthReport, ForwardsUnknownErrors) {
  EXPECT_EQ(health_report(failed("EOF")), "kamal-proxy health check failed: EOF");
}

TEST(HealthReport, IgnoresOtherLines) {
  EXPECT_EQ(health_report("not JSON\n{\"msg\":\"Request\",\"status\":200}\n[]\n"), "");
}

}  // namespace
}  // namespace kamal
