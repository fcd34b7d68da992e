#include <gtest/gtest.h>

#include "cli/run_log/otlp.h"

namespace kamal::cli {
namespace {

using sshkit::Severity;

constexpr auto noon = std::chrono::system_clock::time_point(std::chrono::seconds(1767355200));

OtelRecord record(std::string body, Severity severity = Severity::info) {
  return {.time = noon, .severity = severity, .body = std::move(body)};
}

// The text of the log records alone.
std::string encoded(const OtelRecord& record) {
  const std::string text = encode_logs({}, std::span(&record, 1));
  const std::string before = R"("logRecords":)";
  const size_t begin = text.find(before) + before.size();
  return text.substr(begin, text.rfind("}]}]}") - begin);
}

TEST(Otlp, ARequestHasResourceScopeAndRecords) {
  const std::vector<OtelRecord> records = {record("hello")};
  EXPECT_EQ(
      encode_logs({{"service.name", "kamal"}}, records),
      R"({"resourceLogs":[{"resource":{"attributes":[{"key":"service.name","value":{"stringValue":"kamal"}}]},)"
      R"("scopeLogs":[{"scope":{"name":"kamal","version":"2.12.0"},"logRecords":[)"
      R"({"timeUnixNano":"1767355200000000000","observedTimeUnixNano":"1767355200000000000",)"
      R"("severityNumber":9,"severityText":"INFO","body":{"stringValue":"hello"}}]}]}]})");
}

TEST(Otlp, SeveritiesHaveNumbersAndNames) {
  const std::vector<std::pair<Severity, std::string>> expected = {
      {Severity::debug, R"("severityNumber":5,"severityText":"DEBUG")"},
      {Severity::info, R"("severityNumber":9,"severityText":"INFO")"},
      {Severity::warn, R"("severityNumber":13,"severityText":"WARN")"},
      {Severity::error, R"("severityNumber":17,"severityText":"ERROR")"}};
  for (const auto& [severity, text] : expected) {
    EXPECT_NE(encoded(record("x", severity)).find(text), std::string::npos) << text;
  }
}

TEST(Otlp, AnEventHasItsNameTwice) {
  OtelRecord event = record("kamal.start");
  event.event = true;
  EXPECT_EQ(encoded(event),
            R"([{"timeUnixNano":"1767355200000000000","observedTimeUnixNano":"1767355200000000000",)"
            R"("severityNumber":9,"severityText":"INFO","body":{"stringValue":"kamal.start"},)"
            R"("eventName":"kamal.start"}])");
}

TEST(Otlp, NumbersStayNumbers) {
  OtelRecord event = record("kamal.complete");
  event.attributes = {{"kamal.runtime", 1.5}, {"kamal.command", "deploy"}};
  EXPECT_NE(encoded(event).find(R"("attributes":[{"key":"kamal.runtime","value":{"doubleValue":1.5}},)"
                                R"({"key":"kamal.command","value":{"stringValue":"deploy"}}])"),
            std::string::npos)
      << encoded(event);
}

TEST(Otlp, BytesThatAreNoUtf8AreReplaced) {
  EXPECT_NE(encoded(record("a\xff"
                           "b"))
                .find("a\xEF\xBF\xBD"
                      "b"),
            std::string::npos);
}

TEST(Otlp, ALineTellsHostAndStream) {
  const auto records =
      records_of({.severity = Severity::debug, .text = "up\n", .host = "1.1.1.1", .stream = "stdout"}, noon);
  ASSERT_EQ(records.size(), 1U);
  EXPECT_EQ(records.at(0).body, "up");
  EXPECT_EQ(records.at(0).severity, Severity::debug);
  EXPECT_EQ(records.at(0).attributes,
            (OtelAttributes{{"server.address", "1.1.1.1"}, {"log.iostream", "stdout"}}));
}

TEST(Otlp, AMessageOfNoHostHasNoAttributes) {
  EXPECT_TRUE(records_of({.text = "Acquiring the deploy lock...\n"}, noon).at(0).attributes.empty());
}

TEST(Otlp, SeveralLinesAreSeveralRecordsEmptyOnesToo) {
  const auto records = records_of({.text = "before\n\nafter\n"}, noon);
  ASSERT_EQ(records.size(), 3U);
  EXPECT_EQ(records.at(0).body, "before");
  EXPECT_EQ(records.at(1).body, "");
  EXPECT_EQ(records.at(2).body, "after");
}

}  // namespace
}  // namespace kamal::cli
