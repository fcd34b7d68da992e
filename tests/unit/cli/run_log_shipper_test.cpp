#include <gmock/gmock.h>
#include <gtest/gtest.h>
#include <poll.h>

#include <atomic>
#include <nlohmann/json.hpp>

#include "cli/run_log/log_shipper.h"
#include "support/there.h"
#include "support/waiting.h"

namespace kamal::cli {
namespace {

using testing::ElementsAre;

// A collector that remembers the records' bodies by request.
class FakeSender : public HttpSender {
 public:
  HttpAnswer post(const std::string& body, const Event& cancellation) override {
    std::unique_lock lock(mutex_);
    std::vector<std::string> bodies;
    const auto json = nlohmann::json::parse(body);
    for (const auto& record : json["resourceLogs"][0]["scopeLogs"][0]["logRecords"]) {
      bodies.push_back(record["body"]["stringValue"]);
    }
    requests_.push_back(bodies);
    arrived_.notify_all();
    if (hangs) {
      lock.unlock();
      pollfd called_off{cancellation.fd(), POLLIN, 0};
      was_called_off = poll(&called_off, 1, 20'000) == 1;
      throw HttpError("called off");
    }
    lock.unlock();
    while (holds_back) std::this_thread::sleep_for(std::chrono::milliseconds(1));
    if (unreachable) {
      std::this_thread::sleep_for(std::chrono::milliseconds(20));
      throw HttpError("connection refused");
    }
    return answer;
  }

  void wait_for_requests(size_t count) {
    std::unique_lock lock(mutex_);
    EXPECT_TRUE(arrived_.wait_for(lock, test::patience, [&] { return requests_.size() >= count; }));
  }
  std::vector<std::vector<std::string>> requests() {
    const std::lock_guard lock(mutex_);
    return requests_;
  }

  bool hangs = false, unreachable = false;
  std::atomic<bool> holds_back = false, was_called_off = false;
  HttpAnswer answer{200, "OK"};

 private:
  std::mutex mutex_;
  std::condition_variable arrived_;
  std::vector<std::vector<std::string>> requests_;
};

class LogShipperTest : public testing::Test {
 protected:
  LogShipper::Warn warn() {
    return [this](const std::string& reason) { warnings_.push_back(reason); };
  }
  static OtelRecord record(std::string body) { return {.time = {}, .body = std::move(body)}; }

  FakeSender sender_;
  std::vector<std::string> warnings_;
  // Only batches and close() make it send.
  ShippingLimits limits_{.batch = 2, .interval = std::chrono::hours(1)};
};

TEST_F(LogShipperTest, SendsWhatIsLeftAtTheEnd) {
  LogShipper shipper({}, sender_, warn(), limits_);
  shipper.add(record("one"));
  EXPECT_TRUE(shipper.close());
  EXPECT_THAT(sender_.requests(), ElementsAre(ElementsAre("one")));
}

TEST_F(LogShipperTest, SendsAFullBatchAtOnce) {
  LogShipper shipper({}, sender_, warn(), limits_);
  shipper.add(record("one"));
  shipper.add(record("two"));
  sender_.wait_for_requests(1);
  EXPECT_THAT(sender_.requests(), ElementsAre(ElementsAre("one", "two")));
}

TEST_F(LogShipperTest, SendsAfterAWhileWithoutAFullBatch) {
  limits_.interval = std::chrono::milliseconds(1);
  LogShipper shipper({}, sender_, warn(), limits_);
  shipper.add(record("one"));
  sender_.wait_for_requests(1);
  EXPECT_THAT(sender_.requests(), ElementsAre(ElementsAre("one")));
}

TEST_F(LogShipperTest, ARequestHasNoMoreThanABatch) {
  LogShipper shipper({}, sender_, warn(), limits_);
  for (const char* body : {"one", "two", "three"}) shipper.add(record(body));
  shipper.close();
  size_t records = 0;
  for (const auto& request : sender_.requests()) {
    EXPECT_LE(request.size(), 2U);
    records += request.size();
  }
  EXPECT_EQ(records, 3U);
}

TEST_F(LogShipperTest, SendsNothingWhereThereIsNothing) {
  LogShipper shipper({}, sender_, warn(), limits_);
  EXPECT_TRUE(shipper.close());
  EXPECT_THAT(sender_.requests(), ElementsAre());
}

TEST_F(LogShipperTest, ClosesTwice) {
  LogShipper shipper({}, sender_, warn(), limits_);
  shipper.add(record("one"));
  EXPECT_TRUE(shipper.close());
  EXPECT_TRUE(shipper.close());
}

TEST_F(LogShipperTest, WarnsOnceOfRefusals) {
  sender_.answer = {500, "Internal Server Error"};
  LogShipper shipper({}, sender_, warn(), limits_);
  for (const char* body : {"one", "two", "three"}) shipper.add(record(body));
  EXPECT_FALSE(shipper.close());
  EXPECT_THAT(warnings_, ElementsAre("HTTP 500 Internal Server Error"));
}

TEST_F(LogShipperTest, ARefusedBatchDoesNotKeepTheNextBack) {
  sender_.answer = {429, "Too Many Requests"};
  LogShipper shipper({}, sender_, warn(), limits_);
  for (const char* body : {"one", "two", "three"}) shipper.add(record(body));
  shipper.close();
  EXPECT_EQ(test::last(test::last(sender_.requests())), "three");
}

TEST_F(LogShipperTest, EveryAnswerOfSuccessIsOne) {
  sender_.answer = {204, "No Content"};
  LogShipper shipper({}, sender_, warn(), limits_);
  shipper.add(record("one"));
  EXPECT_TRUE(shipper.close());
  EXPECT_THAT(warnings_, ElementsAre());
}

TEST_F(LogShipperTest, WarnsOnceOfACollectorOutOfReach) {
  sender_.unreachable = true;
  limits_.batch = 1;
  LogShipper shipper({}, sender_, warn(), limits_);
  shipper.add(record("one"));
  sender_.wait_for_requests(1);
  shipper.add(record("two"));
  EXPECT_FALSE(shipper.close());
  EXPECT_THAT(warnings_, ElementsAre("connection refused"));
}

TEST_F(LogShipperTest, GivesUpACollectorThatHangs) {
  sender_.hangs = true;
  limits_.time_to_close = std::chrono::milliseconds(1);
  LogShipper shipper({}, sender_, warn(), limits_);
  shipper.add(record("one"));
  EXPECT_FALSE(shipper.close());
  EXPECT_EQ(warnings_.size(), 1U);
}

TEST_F(LogShipperTest, AddingDoesNotWaitForACollectorThatHangs) {
  sender_.hangs = true;
  LogShipper shipper({}, sender_, warn(), limits_);
  for (int i = 0; i < 1000; ++i) shipper.add(record("line"));
  sender_.wait_for_requests(1);
  EXPECT_EQ(sender_.requests().size(), 1U);
}

TEST_F(LogShipperTest, KeepsTheNewestWhenTheBufferIsFull) {
  limits_ = {.batch = 1000, .interval = std::chrono::hours(1), .buffer = 2000};
  LogShipper shipper({}, sender_, warn(), limits_);
  for (int i = 0; i < 100; ++i) shipper.add(record(std::to_string(i)));
  EXPECT_FALSE(shipper.close());
  EXPECT_THAT(sender_.requests(), ElementsAre(ElementsAre("93", "94", "95", "96", "97", "98", "99")));
  EXPECT_THAT(warnings_, ElementsAre("there is more to send than is taken"));
}

TEST_F(LogShipperTest, ItsEndWithoutCloseDoesNotWait) {
  sender_.hangs = true;
  {
    LogShipper shipper({}, sender_, warn(), limits_);
    shipper.add(record("one"));
    shipper.add(record("two"));
    sender_.wait_for_requests(1);
    EXPECT_FALSE(sender_.was_called_off);
  }
  EXPECT_TRUE(sender_.was_called_off);
}

TEST_F(LogShipperTest, ItsEndDoesNotTryACollectorOutOfReachWithEveryBatch) {
  sender_.unreachable = true;
  sender_.holds_back = true;
  limits_.batch = 1;
  LogShipper shipper({}, sender_, warn(), limits_);
  for (int i = 0; i < 50; ++i) shipper.add(record("line"));
  sender_.wait_for_requests(1);
  // close() may still be on its way when the first tries fail.
  sender_.holds_back = false;
  EXPECT_FALSE(shipper.close());
  EXPECT_LT(sender_.requests().size(), 25U);
}

}  // namespace
}  // namespace kamal::cli
