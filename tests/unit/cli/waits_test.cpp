#include <gmock/gmock.h>
#include <gtest/gtest.h>

#include <thread>

#include "unit/cli/cli_run.h"

// Waits that are no command on a server: none is silent.
namespace kamal {
namespace {

using test::CliRun;
using ::testing::HasSubstr;
using ::testing::Not;

// 50 s at the speed of these tests.
void take_long() { std::this_thread::sleep_for(std::chrono::milliseconds(50)); }

struct LongWait : ::testing::Test {
  LongWait() { kamal.wait_speed = 1000; }
  // Of the fake clock, which passes no time.
  void make_pauses_long() { kamal.clock.when_asleep = take_long; }
  CliRun kamal;
};

TEST_F(LongWait, ForNewContainersToSettleIsTold) {
  make_pauses_long();
  const CliRun::Result result = kamal.run({"app", "boot", "--version", "v1", "--settle", "2"});
  EXPECT_EQ(result.status, 0) << result.err;
  EXPECT_THAT(result.out, HasSubstr("Still watching the new containers on 1.1.1.1 after "));
}

TEST_F(LongWait, AfterBootingAGroupIsTold) {
  CliRun waiting("boot: { limit: 1, wait: 20 }");
  waiting.wait_speed = 1000;
  waiting.clock.when_asleep = take_long;
  const CliRun::Result result = waiting.run({"app", "boot", "--version", "v1"});
  EXPECT_EQ(result.status, 0) << result.err;
  EXPECT_THAT(result.out, HasSubstr("Still waiting after booting 1.1.1.1 after "));
}

TEST_F(LongWait, ForTheReadinessDelayIsTold) {
  CliRun worker(
      "primary_role: workers\nservers: { workers: { hosts: [ 1.1.1.1 ], cmd: bin/jobs, proxy: false } }");
  worker.wait_speed = 1000;
  worker.clock.when_asleep = take_long;
  const CliRun::Result result = worker.run({"app", "boot", "--version", "v1"});
  EXPECT_EQ(result.status, 0) << result.err;
  EXPECT_THAT(result.out, HasSubstr("Still waiting for the readiness delay of workers on 1.1.1.1 after "));
}

ProcessResult answer_late(const Process&) {
  take_long();
  return test::says("x");
}

TEST_F(LongWait, ForAVaultIsTold) {
  kamal.processes.answer("aws", answer_late);
  EXPECT_THAT(kamal.run({"secrets", "fetch", "-a", "aws_secrets_manager", "--account", "x", "A"}).err,
              HasSubstr("Still waiting for the vault after "));
}

TEST_F(LongWait, IsNotToldToTheQuiet) {
  kamal.processes.answer("aws", answer_late);
  const CliRun::Result result =
      kamal.run({"secrets", "fetch", "-q", "-a", "aws_secrets_manager", "--account", "x", "A"});
  EXPECT_THAT(kamal.processes.lines(), ::testing::Not(::testing::IsEmpty()));
  EXPECT_THAT(result.err, Not(HasSubstr("Still waiting")));
}

TEST_F(LongWait, ForACommandOfATemplateIsTold) {
  CliRun with_template("env: { clear: { ID: \"<%= `cat id | tr a b` %>\" } }");
  with_template.wait_speed = 1000;
  with_template.processes.answer("sh -c cat id", answer_late);
  const CliRun::Result result = with_template.run({"config"});
  EXPECT_EQ(result.status, 0) << result.err;
  EXPECT_THAT(result.err, HasSubstr("Still waiting for `cat id | tr a b` after "));
}

}  // namespace
}  // namespace kamal
