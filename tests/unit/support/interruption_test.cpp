#include "kamal/support/interruption.h"

#include <fcntl.h>
#include <gtest/gtest.h>
#include <poll.h>
#include <unistd.h>

#include <thread>

#include "kamal/support/system.h"

namespace kamal {
namespace {

using namespace std::chrono_literals;

bool readable(const Interruption& interruption) {
  pollfd fd{interruption.fd(), POLLIN, 0};
  return poll(&fd, 1, 0) == 1;
}

TEST(Interruption, IsNotRequestedAtFirst) {
  const Interruption interruption;
  EXPECT_FALSE(interruption.requested());
  EXPECT_EQ(interruption.signal(), 0);
  EXPECT_FALSE(readable(interruption));
  EXPECT_NO_THROW(interruption.check());
}

TEST(Interruption, RemembersTheSignal) {
  Interruption interruption;
  interruption.request(SIGTERM);
  EXPECT_TRUE(interruption.requested());
  EXPECT_EQ(interruption.signal(), SIGTERM);
}

TEST(Interruption, KeepsTheFirstSignal) {
  Interruption interruption;
  interruption.request(SIGINT);
  interruption.request(SIGTERM);
  EXPECT_EQ(interruption.signal(), SIGINT);
}

TEST(Interruption, CheckThrows) {
  Interruption interruption;
  interruption.request(SIGINT);
  EXPECT_THROW(interruption.check(), Interrupted);
}

TEST(Interruption, WakesPollers) {
  Interruption interruption;
  interruption.request(SIGINT);
  EXPECT_TRUE(readable(interruption));
}

TEST(Interruption, KeepsErrno) {
  Interruption interruption;
  const int null = open("/dev/null", O_RDONLY | O_CLOEXEC);
  ASSERT_GE(dup2(null, interruption.fd()), 0);  // so that writing to its pipe fails
  close(null);
  errno = ENOENT;
  interruption.request(SIGINT);
  EXPECT_EQ(errno, ENOENT);
}

TEST(Interruption, WaitsWithoutSignal) {
  const Interruption interruption;
  EXPECT_TRUE(interruption.wait(1ms));
}

TEST(Interruption, EndsAWait) {
  Interruption interruption;
  const std::jthread signaller([&] { interruption.request(SIGINT); });
  EXPECT_FALSE(interruption.wait(1h));
}

TEST(Interruption, EndsTheSleepOfTheSystemClock) {
  Interruption interruption;
  interruption.request(SIGINT);
  EXPECT_FALSE(SystemClock(interruption).sleep(1h));
}

TEST(CleanUp, LetsAnInterruptedRunContinue) {
  Interruption interruption;
  interruption.request(SIGINT);
  const CleanUp clean_up(interruption);
  EXPECT_FALSE(interruption.requested());
  EXPECT_NO_THROW(interruption.check());
  EXPECT_FALSE(readable(interruption));
}

TEST(CleanUp, WaitsInAnInterruptedRun) {
  Interruption interruption;
  interruption.request(SIGINT);
  const CleanUp clean_up(interruption);
  EXPECT_TRUE(interruption.wait(1ms));
}

TEST(CleanUp, KeepsTheSignal) {
  Interruption interruption;
  interruption.request(SIGINT);
  const CleanUp clean_up(interruption);
  EXPECT_EQ(interruption.signal(), SIGINT);
}

TEST(CleanUp, RestoresTheInterruption) {
  Interruption interruption;
  interruption.request(SIGINT);
  { const CleanUp clean_up(interruption); }
  EXPECT_TRUE(interruption.requested());
  EXPECT_TRUE(readable(interruption));
}

TEST(CleanUp, InterruptsWorkThatTakesTooLong) {
  Interruption interruption;
  interruption.request(SIGINT);
  const CleanUp clean_up(interruption, 1ms);
  EXPECT_FALSE(interruption.wait(1min));
  EXPECT_THROW(interruption.check(), Interrupted);
}

TEST(CleanUp, InterruptsLongWorkAlsoWithoutASignal) {
  const Interruption interruption;
  {
    const CleanUp clean_up(interruption, 1ms);
    EXPECT_FALSE(interruption.wait(1min));
  }
  EXPECT_FALSE(interruption.requested());
  EXPECT_FALSE(readable(interruption));
}

TEST(CleanUp, WithALimitCanBeInterruptedByAFirstSignal) {
  Interruption interruption;
  const CleanUp clean_up(interruption, 1min);
  interruption.request(SIGINT);
  EXPECT_TRUE(interruption.requested());
}

TEST(CleanUp, IsNotWokenByAFirstSignal) {
  Interruption interruption;
  {
    const CleanUp clean_up(interruption);
    interruption.request(SIGINT);
    EXPECT_FALSE(interruption.requested());
    EXPECT_FALSE(readable(interruption));
  }
  EXPECT_TRUE(interruption.requested());
  EXPECT_TRUE(readable(interruption));
}

TEST(CleanUp, DoesNotInterrupt) {
  const Interruption interruption;
  { const CleanUp clean_up(interruption); }
  EXPECT_FALSE(interruption.requested());
  EXPECT_FALSE(readable(interruption));
}

}  // namespace
}  // namespace kamal
