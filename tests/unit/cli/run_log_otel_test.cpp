#include <gmock/gmock.h>
#include <gtest/gtest.h>

#include <nlohmann/json.hpp>

#include "cli/run_log/otel_log.h"
#include "support/fake_effects.h"

namespace kamal::cli {
namespace {

using nlohmann::json;
using testing::ElementsAre;
using testing::IsEmpty;

class KeepingSender : public HttpSender {
 public:
  explicit KeepingSender(std::vector<json>& requests, int status) : requests_(requests), status_(status) {}
  HttpAnswer post(const std::string& body, const Event&) override {
    requests_.push_back(json::parse(body));
    return {status_, "Reason"};
  }

 private:
  std::vector<json>& requests_;
  int status_;
};

class OtelLogTest : public testing::Test {
 protected:
  std::unique_ptr<OtelLog> log(int status = 200) {
    return std::make_unique<OtelLog>(
        OtelRun{"run-1", "shop", "http://otel:4318"}, OtelAttributes{{"service.namespace", "shop"}},
        std::make_unique<KeepingSender>(requests_, status), clock_,
        LogVoice{.tell = [this](const std::string& text) { told_.push_back(text); },
                 .warn = [this](const std::string& text) { warned_.push_back(text); }},
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
  std::vector<std::string> told_, warned_;
};

TEST_F(OtelLogTest, TheResourceTellsProgramRunAndTags) {
  const auto sent = log();
  sent->line({.text = "one\n"});
  sent->close();
  EXPECT_THAT(attributes_of(requests_.at(0)["resourceLogs"][0]["resource"]),
              ElementsAre("service.name=kamal", "service.version=2.12.0", "kamal.run_id=run-1",
                          "service.namespace=shop"));
}

TEST_F(OtelLogTest, ADeploymentIsAnnounced) {
  const auto sent = log();
  sent->begin({.name = "deploy"});
  sent->close();
  EXPECT_EQ(record(0)["eventName"], "kamal.start");
  EXPECT_THAT(attributes(0),
              ElementsAre("kamal.command=deploy", "deployment.id=run-1", "deployment.name=deploy shop"));
}

TEST_F(OtelLogTest, ADeploymentsSuccessIsTold) {
  const auto sent = log();
  sent->end({.name = "rollback"}, {.seconds = 1.5});
  sent->close();
  EXPECT_EQ(record(0)["eventName"], "kamal.complete");
  EXPECT_EQ(record(0)["severityText"], "INFO");
  EXPECT_THAT(attributes(0), ElementsAre("kamal.command=rollback", "kamal.runtime=1.5", "deployment.id=run-1",
                                         "deployment.name=rollback shop", "deployment.status=succeeded"));
}

TEST_F(OtelLogTest, ADeploymentsFailureIsAnErrorWithItsCause) {
  const auto sent = log();
  sent->end({.name = "setup"}, {.seconds = 2, .failure = Ending::Failure{"LockError", "taken"}});
  sent->close();
  EXPECT_EQ(record(0)["eventName"], "kamal.failed");
  EXPECT_EQ(record(0)["severityText"], "ERROR");
  EXPECT_THAT(attributes(0),
              ElementsAre("kamal.command=setup", "kamal.runtime=2.0", "exception.type=LockError",
                          "exception.message=taken", "deployment.id=run-1", "deployment.name=setup shop",
                          "deployment.status=failed"));
}

TEST_F(OtelLogTest, OtherCommandsAreNoDeployments) {
  const auto sent = log();
  sent->begin({.name = "app"});
  sent->end({.name = "app"}, {.seconds = 0.1});
  sent->close();
  EXPECT_THAT(attributes(0), ElementsAre("kamal.command=app"));
  EXPECT_THAT(attributes(1), ElementsAre("kamal.command=app", "kamal.runtime=0.1"));
}

TEST_F(OtelLogTest, LinesHaveTheTimeTheyCameAt) {
  const auto sent = log();
  sent->line({.text = "one\n", .host = "1.1.1.1"});
  sent->close();
  EXPECT_EQ(record(0)["body"]["stringValue"], "one");
  EXPECT_EQ(record(0)["timeUnixNano"], "1767323045000000000");
  EXPECT_THAT(attributes(0), ElementsAre("server.address=1.1.1.1"));
}

TEST_F(OtelLogTest, SaysWhereTheLogsWent) {
  const auto sent = log();
  sent->end({.name = "deploy"}, {});
  sent->close();
  EXPECT_THAT(told_, ElementsAre("Logs sent to http://otel:4318"));
}

TEST_F(OtelLogTest, SaysNothingOfCommandsThatChangeNothing) {
  const auto sent = log();
  sent->line({.text = "one\n"});
  sent->close();
  EXPECT_THAT(told_, IsEmpty());
}

TEST_F(OtelLogTest, DoesNotSayThatRefusedLogsWereSent) {
  const auto sent = log(503);
  sent->end({.name = "deploy"}, {});
  sent->close();
  EXPECT_THAT(told_, IsEmpty());
  EXPECT_THAT(warned_,
              ElementsAre("output/otel: logs could not be sent to http://otel:4318: HTTP 503 Reason"));
}

}  // namespace
}  // namespace kamal::cli
