#include "cli/app/role_boot.h"
#include "support/waiting.h"

#include <gtest/gtest.h>

#include <csignal>
#include <future>

namespace kamal::cli {
namespace {

class BarrierTest : public ::testing::Test {
 protected:
  std::future<bool> waiting() {
    return std::async(std::launch::async, [this] { return barrier_.wait(); });
  }

  Interruption interruption_;
  Barrier barrier_{interruption_};
  const test::Deadline deadline_{interruption_};
};

TEST_F(BarrierTest, AdmitsWaitersWhenItOpens) {
  std::future<bool> passed = waiting();
  barrier_.open();
  EXPECT_TRUE(passed.get());
}

TEST_F(BarrierTest, RejectsWaitersWhenItCloses) {
  std::future<bool> passed = waiting();
  barrier_.close();
  EXPECT_FALSE(passed.get());
}

TEST_F(BarrierTest, AdmitsLateWaiters) {
  barrier_.open();
  EXPECT_TRUE(barrier_.wait());
}

TEST_F(BarrierTest, ReleasesAllWaiters) {
  std::future<bool> one = waiting(), other = waiting();
  barrier_.open();
  EXPECT_TRUE(one.get() && other.get());
}

TEST_F(BarrierTest, FirstSettingWins) {
  EXPECT_TRUE(barrier_.open());
  EXPECT_FALSE(barrier_.close());
  EXPECT_TRUE(barrier_.wait());
}

TEST_F(BarrierTest, StaysClosed) {
  EXPECT_TRUE(barrier_.close());
  EXPECT_FALSE(barrier_.open());
  EXPECT_FALSE(barrier_.wait());
}

TEST_F(BarrierTest, EndsTheWaitOfAnInterruptedRun) {
  std::future<bool> passed = waiting();
  interruption_.request(SIGINT);
  EXPECT_THROW(passed.get(), Interrupted);
}

}  // namespace
}  // namespace kamal::cli
