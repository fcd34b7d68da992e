#include <gmock/gmock.h>
#include <gtest/gtest.h>

#include <nlohmann/json.hpp>
#include <thread>

#include "cli/run_log/http_post.h"
#include "cli/run_log/otel_log.h"
#include "cli/run_log/run_log.h"
#include "support/fake_collector.h"
#include "support/fake_effects.h"

namespace kamal::cli {
namespace {

using nlohmann::json;
using test::FakeCollector;
using testing::ElementsAre;
using testing::IsEmpty;

// A run's output, logged to a real HTTP server.
class OtelLogRunTest : public testing::Test {
 protected:
  std::unique_ptr<RunLog> log_to(const std::string& address, ShippingLimits limits = {},
                                 HttpOptions http = {}) {
    std::vector<std::unique_ptr<LogSink>> sinks;
    sinks.push_back(std::make_unique<OtelLog>(
        OtelRun{"run-1", "shop", address}, OtelAttributes{},
        std::make_unique<HttpPost>(parse_endpoint(address + "/v1/logs", "endpoint"), std::move(http)), clock_,
        LogVoice{.tell = [this](const std::string& text) { told_.push_back(text); },
                 .warn = [this](const std::string& text) { warned_.push_back(text); }},
        limits));
    return std::make_unique<RunLog>(output_, clock_, LoggedCommand{.name = "deploy"}, std::move(sinks));
  }
  static std::vector<std::string> bodies(const FakeCollector& collector) {
    std::vector<std::string> texts;
    for (const auto& request : collector.requests()) {
      const json records = json::parse(request.body)["resourceLogs"][0]["scopeLogs"][0]["logRecords"];
      for (const auto& record : records) texts.push_back(record["body"]["stringValue"]);
    }
    return texts;
  }

  Interruption interruption_;
  test::FakeClock clock_{interruption_};
  sshkit::Output output_{[](std::string_view) {}, sshkit::Color::never, sshkit::Verbosity::info};
  std::vector<std::string> told_, warned_;
};

TEST_F(OtelLogRunTest, TheStoryArrivesInOrder) {
  const FakeCollector collector;
  const auto log = log_to(collector.url());
  log->record([&] {
    output_.say("Acquiring the deploy lock...");
    output_.command_started("ab12", "1.1.1.1", "docker ps", sshkit::Severity::info);
  });
  log->close();
  EXPECT_THAT(bodies(collector), ElementsAre("kamal.start", "Acquiring the deploy lock...",
                                             "  INFO [ab12] Running docker ps on 1.1.1.1", "kamal.complete"));
  EXPECT_THAT(told_, ElementsAre("Logs sent to " + collector.url()));
  EXPECT_THAT(warned_, IsEmpty());
}

TEST_F(OtelLogRunTest, ManyThreadsLinesAllArrive) {
  const FakeCollector collector;
  const auto log = log_to(collector.url());
  std::vector<std::thread> threads;
  for (int host = 0; host < 4; ++host) {
    threads.emplace_back([&] {
      for (int line = 0; line < 250; ++line) output_.log(sshkit::Severity::info, "line");
    });
  }
  for (std::thread& thread : threads) thread.join();
  log->close();
  EXPECT_EQ(bodies(collector).size(), 1000U);
  EXPECT_GE(collector.requests().size(), 10U);
}

TEST_F(OtelLogRunTest, ACollectorThatRefusesIsWarnedAboutOnce) {
  const FakeCollector collector("HTTP/1.1 503 Service Unavailable\r\nContent-Length: 0\r\n\r\n");
  const auto log = log_to(collector.url(), {.batch = 1});
  log->record([&] { output_.say("one"); });
  log->close();
  EXPECT_THAT(warned_, ElementsAre("output/otel: logs could not be sent to " + collector.url() +
                                   ": HTTP 503 Service Unavailable"));
  EXPECT_THAT(told_, IsEmpty());
}

TEST_F(OtelLogRunTest, NoCollectorIsWarnedAboutOnce) {
  const auto log = log_to("http://127.0.0.1:1", {.batch = 1});
  log->record([&] { output_.say("one"); });
  log->close();
  EXPECT_THAT(warned_,
              ElementsAre("output/otel: logs could not be sent to http://127.0.0.1:1: Connection refused"));
}

TEST_F(OtelLogRunTest, ACollectorThatHangsIsGivenUpAtTheEnd) {
  const FakeCollector collector(FakeCollector::nothing);
  const auto log = log_to(collector.url(), {.batch = 1, .time_to_close = std::chrono::milliseconds(50)},
                          {.time_to_answer = std::chrono::hours(1)});
  log->record([&] { output_.say("one"); });
  log->close();
  EXPECT_EQ(warned_.size(), 1U);
  EXPECT_THAT(told_, IsEmpty());
}

TEST_F(OtelLogRunTest, WorkDoesNotWaitForACollectorThatHangs) {
  FakeCollector collector(FakeCollector::nothing);
  const auto log = log_to(collector.url(), {.batch = 1}, {.time_to_answer = std::chrono::hours(1)});
  log->record([&] {
    output_.say("one");
    EXPECT_TRUE(collector.wait_for_requests(1));
    for (int i = 0; i < 1000; ++i) output_.say("line");
  });
  EXPECT_EQ(collector.requests().size(), 1U);
}

TEST_F(OtelLogRunTest, AFailureIsSentBeforeTheEnd) {
  const FakeCollector collector;
  const auto log = log_to(collector.url());
  EXPECT_THROW(log->record([] { throw std::runtime_error("boom"); }), std::runtime_error);
  log->close();
  EXPECT_THAT(bodies(collector), ElementsAre("kamal.start", "kamal.failed"));
}

}  // namespace
}  // namespace kamal::cli
