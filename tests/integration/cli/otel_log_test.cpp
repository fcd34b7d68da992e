#include <gmock/gmock.h>
#include <gtest/gtest.h>

#include <nlohmann/json.hpp>
#include <thread>

#include "cli/output/otel_log.h"
#include "cli/output/run_log.h"
#include "support/fake_collector.h"
#include "support/fake_effects.h"

namespace kamal::cli {
namespace {

using nlohmann::json;
using test::FakeCollector;
using ::testing::ElementsAre;
using ::testing::IsEmpty;

// A run's output, logged to a real HTTP server.
class OtelRunTest : public ::testing::Test {
 protected:
  std::unique_ptr<RunLog> log_to(const std::string& address, ShippingLimits limits = {},
                                 const HttpOptions& http = {}) {
    std::vector<std::shared_ptr<LogSink>> sinks;
    sinks.push_back(std::make_shared<OtelLog>(
        OtelRun{.id = "run-1", .service = "shop", .endpoint = address},
        [endpoint = parse_endpoint(address + "/v1/logs", "endpoint"), http](const std::string& body,
                                                                            const Event& cancellation) {
          return http_post(endpoint, http, body, cancellation);
        },
        clock_,
        LogReporter{.info = [this](const std::string& text) { reported_.push_back(text); },
                    .warn = [this](const std::string& text) { warnings_.push_back(text); }},
        limits));
    return std::make_unique<RunLog>(output_, clock_, "deploy", std::move(sinks));
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
  std::vector<std::string> reported_, warnings_;
};

TEST_F(OtelRunTest, SendsLinesInOrder) {
  const FakeCollector collector;
  const auto log = log_to(collector.url());
  log->record([&] {
    output_.say("Acquiring the deploy lock...");
    output_.command_started("ab12", "1.1.1.1", "docker ps", sshkit::Severity::info);
  });
  log->close();
  EXPECT_THAT(bodies(collector), ElementsAre("kamal.start", "Acquiring the deploy lock...",
                                             "  INFO [ab12] Running docker ps on 1.1.1.1", "kamal.complete"));
  EXPECT_THAT(reported_, ElementsAre("Logs sent to " + collector.url()));
  EXPECT_THAT(warnings_, IsEmpty());
}

TEST_F(OtelRunTest, SendsLinesOfAllThreads) {
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

TEST_F(OtelRunTest, WarnsOnceOfRejection) {
  const FakeCollector collector("HTTP/1.1 503 Service Unavailable\r\nContent-Length: 0\r\n\r\n");
  const auto log = log_to(collector.url(), {.batch = 1});
  log->record([&] { output_.say("one"); });
  log->close();
  EXPECT_THAT(warnings_, ElementsAre("output/otel: could not send logs to " + collector.url() +
                                     ": HTTP 503 Service Unavailable"));
  EXPECT_THAT(reported_, IsEmpty());
}

TEST_F(OtelRunTest, WarnsOnceOfUnreachableCollector) {
  const auto log = log_to("http://127.0.0.1:1", {.batch = 1});
  log->record([&] { output_.say("one"); });
  log->close();
  EXPECT_THAT(warnings_,
              ElementsAre("output/otel: could not send logs to http://127.0.0.1:1: Connection refused"));
}

TEST_F(OtelRunTest, CloseTimesOut) {
  const FakeCollector collector(FakeCollector::nothing);
  const auto log = log_to(collector.url(), {.batch = 1, .close_timeout = std::chrono::milliseconds(50)},
                          {.response_timeout = std::chrono::hours(1)});
  log->record([&] { output_.say("one"); });
  log->close();
  EXPECT_EQ(warnings_.size(), 1U);
  EXPECT_THAT(reported_, IsEmpty());
}

TEST_F(OtelRunTest, WorkIsNotBlockedByHangingCollector) {
  FakeCollector collector(FakeCollector::nothing);
  const auto log = log_to(collector.url(), {.batch = 1}, {.response_timeout = std::chrono::hours(1)});
  log->record([&] {
    output_.say("one");
    EXPECT_TRUE(collector.wait_for_requests(1));
    for (int i = 0; i < 1000; ++i) output_.say("line");
  });
  EXPECT_EQ(collector.requests().size(), 1U);
}

TEST_F(OtelRunTest, SendsFailure) {
  const FakeCollector collector;
  const auto log = log_to(collector.url());
  EXPECT_THROW(log->record([] { throw std::runtime_error("boom"); }), std::runtime_error);
  log->close();
  EXPECT_THAT(bodies(collector), ElementsAre("kamal.start", "kamal.failed"));
}

}  // namespace
}  // namespace kamal::cli
