#include <gmock/gmock.h>
#include <gtest/gtest.h>
#include <poll.h>

#include <atomic>

#include "cli/output/otel_log.h"
#include "support/there.h"
#include "support/waiting.h"

namespace kamal::cli {
namespace {

using ::testing::ElementsAre;

// Remembers the bodies of the records by request.
class FakeCollector {
 public:
  HttpResponse send(const std::vector<OtelRecord>& batch, const Event& cancellation) {
    std::unique_lock lock(mutex_);
    std::vector<std::string> bodies;
    for (const OtelRecord& record : batch) bodies.push_back(record.body);
    requests_.push_back(bodies);
    arrived_.notify_all();
    if (hangs) {
      lock.unlock();
      pollfd canceled{cancellation.fd(), POLLIN, 0};
      was_canceled = poll(&canceled, 1, 20'000) == 1;
      throw HttpError("canceled");
    }
    lock.unlock();
    while (blocks) std::this_thread::sleep_for(std::chrono::milliseconds(1));
    if (unreachable) {
      std::this_thread::sleep_for(std::chrono::milliseconds(20));
      throw HttpError("connection refused");
    }
    return response;
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
  std::atomic<bool> blocks = false, was_canceled = false;
  HttpResponse response{200, "OK"};

 private:
  std::mutex mutex_;
  std::condition_variable arrived_;
  std::vector<std::vector<std::string>> requests_;
};

class LogShipperTest : public ::testing::Test {
 protected:
  LogShipper::Send send() {
    return [this](const std::vector<OtelRecord>& batch, const Event& cancellation) {
      return collector_.send(batch, cancellation);
    };
  }
  LogShipper::Warn warn() {
    return [this](const std::string& reason) { warnings_.push_back(reason); };
  }
  static OtelRecord record(std::string body) { return {.time = {}, .body = std::move(body)}; }

  FakeCollector collector_;
  std::vector<std::string> warnings_;
  // Only batches and close() make it send.
  ShippingLimits limits_{.batch = 2, .interval = std::chrono::hours(1)};
};

TEST_F(LogShipperTest, CloseSendsRemainingRecords) {
  LogShipper shipper(send(), warn(), limits_);
  shipper.add(record("one"));
  EXPECT_TRUE(shipper.close());
  EXPECT_THAT(collector_.requests(), ElementsAre(ElementsAre("one")));
}

TEST_F(LogShipperTest, SendsFullBatchAtOnce) {
  LogShipper shipper(send(), warn(), limits_);
  shipper.add(record("one"));
  shipper.add(record("two"));
  collector_.wait_for_requests(1);
  EXPECT_THAT(collector_.requests(), ElementsAre(ElementsAre("one", "two")));
}

TEST_F(LogShipperTest, SendsPartialBatchAfterInterval) {
  limits_.interval = std::chrono::milliseconds(1);
  LogShipper shipper(send(), warn(), limits_);
  shipper.add(record("one"));
  collector_.wait_for_requests(1);
  EXPECT_THAT(collector_.requests(), ElementsAre(ElementsAre("one")));
}

TEST_F(LogShipperTest, SplitsRequestsIntoBatches) {
  LogShipper shipper(send(), warn(), limits_);
  for (const char* body : {"one", "two", "three"}) shipper.add(record(body));
  shipper.close();
  size_t records = 0;
  for (const auto& request : collector_.requests()) {
    EXPECT_LE(request.size(), 2U);
    records += request.size();
  }
  EXPECT_EQ(records, 3U);
}

TEST_F(LogShipperTest, SendsNothingWithoutRecords) {
  LogShipper shipper(send(), warn(), limits_);
  EXPECT_TRUE(shipper.close());
  EXPECT_THAT(collector_.requests(), ElementsAre());
}

TEST_F(LogShipperTest, CanBeClosedTwice) {
  LogShipper shipper(send(), warn(), limits_);
  shipper.add(record("one"));
  EXPECT_TRUE(shipper.close());
  EXPECT_TRUE(shipper.close());
}

TEST_F(LogShipperTest, WarnsOnceOfRejections) {
  collector_.response = {500, "Internal Server Error"};
  LogShipper shipper(send(), warn(), limits_);
  for (const char* body : {"one", "two", "three"}) shipper.add(record(body));
  EXPECT_FALSE(shipper.close());
  EXPECT_THAT(warnings_, ElementsAre("HTTP 500 Internal Server Error"));
}

TEST_F(LogShipperTest, ContinuesAfterRejectedBatch) {
  collector_.response = {429, "Too Many Requests"};
  LogShipper shipper(send(), warn(), limits_);
  for (const char* body : {"one", "two", "three"}) shipper.add(record(body));
  shipper.close();
  EXPECT_EQ(test::last(test::last(collector_.requests())), "three");
}

TEST_F(LogShipperTest, AcceptsAnySuccessStatus) {
  collector_.response = {204, "No Content"};
  LogShipper shipper(send(), warn(), limits_);
  shipper.add(record("one"));
  EXPECT_TRUE(shipper.close());
  EXPECT_THAT(warnings_, ElementsAre());
}

TEST_F(LogShipperTest, WarnsOnceOfUnreachableCollector) {
  collector_.unreachable = true;
  limits_.batch = 1;
  LogShipper shipper(send(), warn(), limits_);
  shipper.add(record("one"));
  collector_.wait_for_requests(1);
  shipper.add(record("two"));
  EXPECT_FALSE(shipper.close());
  EXPECT_THAT(warnings_, ElementsAre("connection refused"));
}

TEST_F(LogShipperTest, CloseTimesOut) {
  collector_.hangs = true;
  limits_.close_timeout = std::chrono::milliseconds(1);
  LogShipper shipper(send(), warn(), limits_);
  shipper.add(record("one"));
  EXPECT_FALSE(shipper.close());
  EXPECT_EQ(warnings_.size(), 1U);
}

TEST_F(LogShipperTest, AddDoesNotBlock) {
  collector_.hangs = true;
  LogShipper shipper(send(), warn(), limits_);
  for (int i = 0; i < 1000; ++i) shipper.add(record("line"));
  collector_.wait_for_requests(1);
  EXPECT_EQ(collector_.requests().size(), 1U);
}

TEST_F(LogShipperTest, DropsOldestRecordsWhenFull) {
  limits_ = {.batch = 1000, .interval = std::chrono::hours(1), .buffer = 2000};
  LogShipper shipper(send(), warn(), limits_);
  for (int i = 0; i < 100; ++i) shipper.add(record(std::to_string(i)));
  EXPECT_FALSE(shipper.close());
  EXPECT_THAT(collector_.requests(), ElementsAre(ElementsAre("93", "94", "95", "96", "97", "98", "99")));
  EXPECT_THAT(warnings_, ElementsAre("buffer full, records dropped"));
}

TEST_F(LogShipperTest, DestructorCancelsSending) {
  collector_.hangs = true;
  {
    LogShipper shipper(send(), warn(), limits_);
    shipper.add(record("one"));
    shipper.add(record("two"));
    collector_.wait_for_requests(1);
    EXPECT_FALSE(collector_.was_canceled);
  }
  EXPECT_TRUE(collector_.was_canceled);
}

TEST_F(LogShipperTest, CloseTriesUnreachableCollectorOnce) {
  collector_.unreachable = true;
  collector_.blocks = true;
  limits_.batch = 1;
  LogShipper shipper(send(), warn(), limits_);
  for (int i = 0; i < 50; ++i) shipper.add(record("line"));
  collector_.wait_for_requests(1);
  // The first attempts may fail before close() has begun.
  collector_.blocks = false;
  EXPECT_FALSE(shipper.close());
  EXPECT_LT(collector_.requests().size(), 25U);
}

}  // namespace
}  // namespace kamal::cli
