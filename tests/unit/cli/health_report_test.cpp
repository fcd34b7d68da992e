#include "cli/app/health.h"

#include <gtest/gtest.h>

namespace kamal {
namespace {

using cli::health_report;

std::string failed(const std::string& error, const std::string& url = "http://0123456789ab:3000/up") {
  return R"({"time":"2026-01-02T03:04:05Z","level":"INFO","msg":"Healthcheck failed","url":")" + url +
         R"(","error":")" + error + "\"}\n";
}

TEST(HealthReport, TellsEachReasonOnceWithItsCount) {
  const std::string refused =
      failed(R"(Get \"http://0123456789ab:3000/up\": dial tcp 172.18.0.4:3000: connect: connection refused)");
  EXPECT_EQ(health_report(refused + refused + failed("unexpected status (500)")),
            "kamal-proxy saw 2 times: connection refused on port 3000: does the app listen on 3000? See "
            "proxy/app_port\n"
            "kamal-proxy saw: /up answered status 500");
}

TEST(HealthReport, TellsWhereToLook) {
  EXPECT_EQ(health_report(failed("unexpected status (301)")),
            "kamal-proxy saw: /up answered status 301, a redirect: answer /up without one, or set "
            "proxy/healthcheck/path");
  EXPECT_EQ(health_report(failed("unexpected status (404)")),
            "kamal-proxy saw: /up answered status 404: does the app have /up? See proxy/healthcheck/path");
  EXPECT_EQ(health_report(failed("unexpected status (403)")),
            "kamal-proxy saw: /up answered status 403: the app refuses /up to kamal-proxy (its host check, a "
            "login?)");
  EXPECT_EQ(health_report(failed("request timed out")),
            "kamal-proxy saw: no answer to /up in time: see proxy/healthcheck/timeout");
}

TEST(HealthReport, KnowsThePortThatUrlsLeaveOut) {
  EXPECT_EQ(health_report(failed("connect: connection refused", "http://0123456789ab/up")),
            "kamal-proxy saw: connection refused on port 80: does the app listen on 80? See proxy/app_port");
}

TEST(HealthReport, PassesOnWhatItDoesNotKnow) {
  EXPECT_EQ(health_report(failed("EOF")), "kamal-proxy saw: EOF");
}

TEST(HealthReport, IgnoresOtherLines) {
  EXPECT_EQ(health_report("not JSON\n{\"msg\":\"Request\",\"status\":200}\n[]\n"), "");
}

}  // namespace
}  // namespace kamal
