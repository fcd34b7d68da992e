#include <gmock/gmock.h>
#include <gtest/gtest.h>

#include <nlohmann/json.hpp>

#include "cli/output/otel_log.h"
#include "support/fake_effects.h"

namespace kamal::cli {
namespace {

using nlohmann::json;
using sshkit::Severity;
using ::testing::ElementsAre;
using ::testing::IsEmpty;

constexpr auto noon = std::chrono::system_clock::time_point(std::chrono::seconds(1767355200));

OtelRecord record(std::string body, Severity severity = Severity::info) {
  return {.time = noon, .severity = severity, .body = std::move(body)};
}

spdlog::details::log_msg line(const char* text, const char* host = "", const char* stream = "",
                              spdlog::level::level_enum level = spdlog::level::info) {
  return {spdlog::source_loc(host, 1, stream), "kamal", level, text};
}

// The text of the log records alone.
std::string encoded(const OtelRecord& record) {
  const std::string text = encode_logs({}, std::span(&record, 1));
  const std::string before = R"("logRecords":)";
  const size_t begin = text.find(before) + before.size();
  return text.substr(begin, text.rfind("}]}]}") - begin);
}

TEST(Otlp, EncodesResourceScopeAndRecords) {
  const std::vector<OtelRecord> records = {record("hello")};
  EXPECT_EQ(
      encode_logs({{"service.name", "kamal"}}, records),
      R"({"resourceLogs":[{"resource":{"attributes":[{"key":"service.name","value":{"stringValue":"kamal"}}]},)"
      R"("scopeLogs":[{"scope":{"name":"kamal","version":"2.12.0"},"logRecords":[)"
      R"({"timeUnixNano":"1767355200000000000","observedTimeUnixNano":"1767355200000000000",)"
      R"("severityNumber":9,"severityText":"INFO","body":{"stringValue":"hello"}}]}]}]})");
}

TEST(Otlp, EncodesSeverities) {
  const std::vector<std::pair<Severity, std::string>> expected = {
      {Severity::debug, R"("severityNumber":5,"severityText":"DEBUG")"},
      {Severity::info, R"("severityNumber":9,"severityText":"INFO")"},
      {Severity::warn, R"("severityNumber":13,"severityText":"WARN")"},
      {Severity::error, R"("severityNumber":17,"severityText":"ERROR")"}};
  for (const auto& [severity, text] : expected) {
    EXPECT_NE(encoded(record("x", severity)).find(text), std::string::npos) << text;
  }
}

TEST(Otlp, EncodesEventNames) {
  OtelRecord event = record("kamal.start");
  event.event = true;
  EXPECT_EQ(encoded(event),
            R"([{"timeUnixNano":"1767355200000000000","observedTimeUnixNano":"1767355200000000000",)"
            R"("severityNumber":9,"severityText":"INFO","body":{"stringValue":"kamal.start"},)"
            R"("eventName":"kamal.start"}])");
}

TEST(Otlp, KeepsNumbers) {
  OtelRecord event = record("kamal.complete");
  event.attributes = {{"kamal.runtime", 1.5}, {"kamal.command", "deploy"}};
  EXPECT_NE(encoded(event).find(R"("attributes":[{"key":"kamal.runtime","value":{"doubleValue":1.5}},)"
                                R"({"key":"kamal.command","value":{"stringValue":"deploy"}}])"),
            std::string::npos)
      << encoded(event);
}

TEST(Otlp, ReplacesInvalidUtf8) {
  EXPECT_NE(encoded(record("a\xff"
                           "b"))
                .find("a\xEF\xBF\xBD"
                      "b"),
            std::string::npos);
}

TEST(Otlp, DescribesHostAndStream) {
  const auto records = otel_records(line("up", "1.1.1.1", "stdout", spdlog::level::debug), noon);
  ASSERT_EQ(records.size(), 1U);
  EXPECT_EQ(records.at(0).body, "up");
  EXPECT_EQ(records.at(0).severity, Severity::debug);
  EXPECT_EQ(records.at(0).attributes,
            (OtelAttributes{{"server.address", "1.1.1.1"}, {"log.iostream", "stdout"}}));
}

TEST(Otlp, OmitsAttributesWithoutHost) {
  EXPECT_TRUE(otel_records(line("Acquiring the deploy lock..."), noon).at(0).attributes.empty());
}

TEST(Otlp, SplitsLinesIntoRecords) {
  const auto records = otel_records(line("before\n\nafter"), noon);
  ASSERT_EQ(records.size(), 3U);
  EXPECT_EQ(records.at(0).body, "before");
  EXPECT_EQ(records.at(1).body, "");
  EXPECT_EQ(records.at(2).body, "after");
}

class OtelLogTest : public ::testing::Test {
 protected:
  std::unique_ptr<OtelLog> log(int status = 200) {
    return std::make_unique<OtelLog>(
        OtelRun{"run-1", "shop", "http://otel:4318", {{"service.namespace", "shop"}}},
        [this, status](const std::string& body, const Event&) {
          requests_.push_back(json::parse(body));
          return HttpResponse{status, "Reason"};
        },
        clock_,
        LogReporter{.info = [this](const std::string& text) { reported_.push_back(text); },
                    .warn = [this](const std::string& text) { warnings_.push_back(text); }},
        ShippingLimits{.interval = std::chrono::hours(1)});
  }

  json record(size_t index) const {
    return requests_.at(0)["resourceLogs"][0]["scopeLogs"][0]["logRecords"].at(index);
  }
  // Attributes of a record as NAME=VALUE.
  std::vector<std::string> attributes(size_t index) const { return attributes_of(record(index)); }
  static std::vector<std::string> attributes_of(const json& holder) {
    std::vector<std::string> texts;
    for (const auto& attribute : holder["attributes"]) {
      const auto value = attribute["value"].begin().value();
      texts.push_back(attribute["key"].get<std::string>() + "=" +
                      (value.is_string() ? value.get<std::string>() : value.dump()));
    }
    return texts;
  }

  Interruption interruption_;
  test::FakeClock clock_{interruption_};
  std::vector<json> requests_;
  std::vector<std::string> reported_, warnings_;
};

TEST_F(OtelLogTest, DescribesRunInResource) {
  const auto sent = log();
  sent->log(line("one"));
  sent->close();
  EXPECT_THAT(attributes_of(requests_.at(0)["resourceLogs"][0]["resource"]),
              ElementsAre("service.name=kamal", "service.version=2.12.0", "kamal.run_id=run-1",
                          "service.namespace=shop"));
}

TEST_F(OtelLogTest, SendsStartOfDeployment) {
  const auto sent = log();
  sent->begin("deploy");
  sent->close();
  EXPECT_EQ(record(0)["eventName"], "kamal.start");
  EXPECT_THAT(attributes(0),
              ElementsAre("kamal.command=deploy", "deployment.id=run-1", "deployment.name=deploy shop"));
}

TEST_F(OtelLogTest, SendsSuccessOfDeployment) {
  const auto sent = log();
  sent->end("rollback", {.seconds = 1.5});
  sent->close();
  EXPECT_EQ(record(0)["eventName"], "kamal.complete");
  EXPECT_EQ(record(0)["severityText"], "INFO");
  EXPECT_THAT(attributes(0), ElementsAre("kamal.command=rollback", "kamal.runtime=1.5", "deployment.id=run-1",
                                         "deployment.name=rollback shop", "deployment.status=succeeded"));
}

TEST_F(OtelLogTest, SendsFailureOfDeploymentAsError) {
  const auto sent = log();
  sent->end("setup", {.seconds = 2, .failure = CommandOutcome::Failure{"LockError", "taken"}});
  sent->close();
  EXPECT_EQ(record(0)["eventName"], "kamal.failed");
  EXPECT_EQ(record(0)["severityText"], "ERROR");
  EXPECT_THAT(attributes(0),
              ElementsAre("kamal.command=setup", "kamal.runtime=2.0", "exception.type=LockError",
                          "exception.message=taken", "deployment.id=run-1", "deployment.name=setup shop",
                          "deployment.status=failed"));
}

TEST_F(OtelLogTest, SendsOtherCommandsWithoutDeployment) {
  const auto sent = log();
  sent->begin("app");
  sent->end("app", {.seconds = 0.1});
  sent->close();
  EXPECT_THAT(attributes(0), ElementsAre("kamal.command=app"));
  EXPECT_THAT(attributes(1), ElementsAre("kamal.command=app", "kamal.runtime=0.1"));
}

TEST_F(OtelLogTest, SendsLinesWithTime) {
  const auto sent = log();
  sent->log(line("one", "1.1.1.1"));
  sent->close();
  EXPECT_EQ(record(0)["body"]["stringValue"], "one");
  EXPECT_EQ(record(0)["timeUnixNano"], "1767323045000000000");
  EXPECT_THAT(attributes(0), ElementsAre("server.address=1.1.1.1"));
}

TEST_F(OtelLogTest, ReportsEndpoint) {
  const auto sent = log();
  sent->end("deploy", {});
  sent->close();
  EXPECT_THAT(reported_, ElementsAre("Logs sent to http://otel:4318"));
}

TEST_F(OtelLogTest, ReportsNothingForReadOnlyCommands) {
  const auto sent = log();
  sent->log(line("one"));
  sent->close();
  EXPECT_THAT(reported_, IsEmpty());
}

TEST_F(OtelLogTest, WarnsOfRejectedLogs) {
  const auto sent = log(503);
  sent->end("deploy", {});
  sent->close();
  EXPECT_THAT(reported_, IsEmpty());
  EXPECT_THAT(warnings_,
              ElementsAre("output/otel: could not send logs to http://otel:4318: HTTP 503 Reason"));
}

}  // namespace
}  // namespace kamal::cli
