#include "kamal/support/waits.h"

#include <gmock/gmock.h>
#include <gtest/gtest.h>

#include <atomic>
#include <thread>

#include "support/waiting.h"

namespace kamal {
namespace {

using namespace std::chrono_literals;
using ::testing::ElementsAre;
using ::testing::IsEmpty;
using ::testing::SizeIs;

class WaitListTest : public ::testing::Test {
 protected:
  void begin(const std::string& key) {
    list_.begin(
        key, [this, key](std::string_view after) { said_.push_back(key + " " + std::string(after)); }, now_);
  }
  // Second by second.
  void pass(std::chrono::seconds time) {
    for (; time > 0s; time -= 1s) list_.speak(now_ += 1s);
  }

  WaitList list_;
  WaitList::Time now_{1000h};
  std::vector<std::string> said_;
};

TEST_F(WaitListTest, SpeaksAtGrowingDistances) {
  begin("ls");
  pass(16min);
  EXPECT_THAT(said_, ElementsAre("ls 15s", "ls 30s", "ls 1m", "ls 2m", "ls 5m", "ls 10m", "ls 15m"));
}

TEST_F(WaitListTest, KeepsSilentOfWhatEnds) {
  begin("ls");
  pass(14s);
  list_.end("ls");
  pass(1min);
  EXPECT_THAT(said_, IsEmpty());
}

TEST_F(WaitListTest, SpeaksUntilTheLastOfOneKeyEnds) {
  begin("host");
  pass(5s);
  begin("host");
  pass(5s);
  list_.end("host");
  pass(20s);
  EXPECT_THAT(said_, ElementsAre("host 15s", "host 30s"));
  list_.end("host");
  pass(1min);
  EXPECT_THAT(said_, SizeIs(2));
}

TEST_F(WaitListTest, KeepsSilentOfWhatIsHeard) {
  begin("make");
  pass(14s);
  list_.heard("make", now_);
  pass(14s);
  EXPECT_THAT(said_, IsEmpty());
  pass(1s);
  EXPECT_THAT(said_, ElementsAre("make 29s"));
  pass(15s);
  EXPECT_THAT(said_, ElementsAre("make 29s", "make 44s"));
}

TEST_F(WaitListTest, SaysMinutesAndSeconds) {
  begin("make");
  pass(55s);
  list_.heard("make", now_);
  pass(15s);
  EXPECT_EQ(said_.back(), "make 1m 10s");
}

TEST_F(WaitListTest, KnowsWhenTheNextWordIsDue) {
  EXPECT_EQ(list_.speak(now_), std::nullopt);
  begin("a");
  now_ += 5s;
  begin("b");
  EXPECT_EQ(list_.speak(now_), now_ + 10s);
}

TEST(Waits, SpeakWhileAWaitIsInScope) {
  std::atomic<int> said = 0;
  Waits waits(1000);
  {
    const Wait wait(waits, "ls", [&](std::string_view) { ++said; });
    EXPECT_TRUE(test::eventually([&] { return said >= 2; }));
  }
  const int before = said;
  std::this_thread::sleep_for(50ms);
  EXPECT_EQ(said, before);
}

TEST(Waits, EndAtOnce) {
  Waits waits;
  const Wait wait(waits, "ls", [](std::string_view) {});
}

}  // namespace
}  // namespace kamal
