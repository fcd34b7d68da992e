#include <gmock/gmock.h>
#include <gtest/gtest.h>

#include <csignal>

#include "cli/lock/deploy_lock.h"
#include "support/there.h"
#include "unit/cli/cli_run.h"

// Which hosts keep the deploy lock: the first one of deploy.yml, and the first one of a narrowed selection.
namespace kamal {
namespace {

using test::Answer;
using test::CliRun;
using ::testing::AllOf;
using ::testing::ElementsAre;
using ::testing::HasSubstr;
using ::testing::IsEmpty;
using ::testing::Not;
using ::testing::SizeIs;
using ::testing::StartsWith;
using ::testing::UnorderedElementsAre;

constexpr const char* web_then_workers =
    "servers: { web: [ 1.1.1.1, 1.1.1.2 ], workers: { hosts: [ 1.1.1.3 ] } }";
constexpr const char* mkdir_lock = "trap '' TERM; if mkdir .kamal/lock-shop";
constexpr const char* show_lock = "cat .kamal/lock-shop/details";
constexpr const char* remove_own = "if [ ! -d .kamal/lock-shop ]";
constexpr const char* remove_any = "if [ -d .kamal/lock-shop ]; then rm";
const Answer lock_held = {75, "", "mkdir: cannot create directory: File exists\n"};
const Answer lock_missing = {74, "", ""};
constexpr const char* bobs_run =
    "Locked by: Bob at 2026-01-02T03:01:05Z\nVersion: v9\nMessage: Automatic deploy lock\n";

const std::vector<std::string> stop_workers = {"app", "stop", "--version", "v2", "-r", "workers"};

TEST(LockHosts, AreTheFirstOfTheConfigurationAndThatOfTheSelection) {
  CliRun kamal(web_then_workers);
  kamal.servers.docker("1.1.1.3").add("shop-workers-v2");
  EXPECT_EQ(kamal.run(stop_workers).status, 0);
  EXPECT_THAT(kamal.story.of({mkdir_lock, remove_own, "docker stop"}),
              ElementsAre(StartsWith("1.1.1.1: trap '' TERM; if mkdir"),
                          StartsWith("1.1.1.3: trap '' TERM; if mkdir"), HasSubstr("docker stop"),
                          HasSubstr(": if [ ! -d"), HasSubstr(": if [ ! -d")));
  EXPECT_THAT(kamal.story.of({remove_own}),
              UnorderedElementsAre(StartsWith("1.1.1.1: "), StartsWith("1.1.1.3: ")));
}

TEST(LockHosts, AreOneIfTheSelectionStartsWithTheFirstHost) {
  for (const auto& words : {std::vector<std::string>{"app", "stop", "--version", "v2"},
                            {"app", "stop", "--version", "v2", "-p"},
                            {"app", "stop", "--version", "v2", "-h", "1.1.1.1,1.1.1.3"},
                            {"app", "stop", "--version", "v2", "-r", "workers,web"}}) {
    CliRun kamal(web_then_workers);
    EXPECT_EQ(kamal.run(words).status, 0);
    EXPECT_THAT(kamal.story.of({mkdir_lock, remove_own}),
                ElementsAre(StartsWith("1.1.1.1: trap '' TERM; if mkdir"), StartsWith("1.1.1.1: if [ ! -d")));
  }
}

TEST(LockHosts, HaveTheSameOrderWhateverTheSelectionsOrder) {
  CliRun kamal(web_then_workers);
  EXPECT_EQ(kamal.run({"app", "stop", "--version", "v2", "-h", "1.1.1.2,1.1.1.1"}).status, 0);
  EXPECT_THAT(kamal.story.of({mkdir_lock}), ElementsAre(StartsWith("1.1.1.1:"), StartsWith("1.1.1.2:")));
}

TEST(LockHosts, NeedNothingButTheRunDirectoryIfTheyAreNotSelected) {
  CliRun kamal(web_then_workers);
  EXPECT_EQ(kamal.run(stop_workers).status, 0);
  EXPECT_THAT(kamal.asked("1.1.1.1"),
              ElementsAre("mkdir -p .kamal", StartsWith(mkdir_lock), StartsWith(remove_own)));
}

TEST(LockHosts, AreInTheHolderRecord) {
  CliRun kamal(web_then_workers);
  EXPECT_EQ(kamal.run(stop_workers).status, 0);
  const auto names_both = HasSubstr(R"("hosts":["1.1.1.1","1.1.1.3"])");
  EXPECT_THAT(kamal.story.of({mkdir_lock}), ElementsAre(names_both, names_both));
}

TEST(LockHosts, ContinueWithoutAnUnreachableFirstHost) {
  CliRun kamal(web_then_workers);
  kamal.servers.docker("1.1.1.3").add("shop-workers-v2");
  kamal.servers.unreachable("1.1.1.1");
  const CliRun::Result result = kamal.run(stop_workers);
  EXPECT_EQ(result.status, 0);
  EXPECT_THAT(result.out,
              HasSubstr("Continuing without the deploy lock on 1.1.1.1: Can't connect to 1.1.1.1"));
  EXPECT_THAT(kamal.story.of({mkdir_lock, remove_own, "docker stop"}),
              ElementsAre(StartsWith("1.1.1.3: trap '' TERM; if mkdir"), HasSubstr("docker stop"),
                          StartsWith("1.1.1.3: if [ ! -d")));
}

TEST(LockHosts, FailIfTheFirstHostCantKeepALock) {
  CliRun kamal(web_then_workers);
  kamal.servers.answer("1.1.1.1", mkdir_lock, {1, "", "mkdir: Permission denied\n"});
  const CliRun::Result result = kamal.run(stop_workers);
  EXPECT_EQ(result.status, 1);
  EXPECT_THAT(result.err, HasSubstr("Permission denied"));
  EXPECT_THAT(kamal.asked("1.1.1.3"), ElementsAre("mkdir -p .kamal"));
}

TEST(LockHosts, StopARunWhoseSelectionIsFree) {
  CliRun kamal(web_then_workers);
  kamal.servers.answer("1.1.1.1", mkdir_lock, lock_held);
  kamal.servers.answer("1.1.1.1", show_lock, {0, bobs_run, ""});
  const CliRun::Result result = kamal.run(stop_workers);
  EXPECT_EQ(result.status, 1);
  EXPECT_THAT(result.err, HasSubstr("Held by Bob for 3 minutes on 1.1.1.1"));
  EXPECT_THAT(kamal.asked("1.1.1.3"), ElementsAre("mkdir -p .kamal"));
}

TEST(LockHosts, ReleaseTheFirstIfTheSecondIsHeld) {
  CliRun kamal(web_then_workers);
  kamal.servers.answer("1.1.1.3", mkdir_lock, lock_held);
  kamal.servers.answer("1.1.1.3", show_lock, {0, bobs_run, ""});
  const CliRun::Result result = kamal.run(stop_workers);
  EXPECT_EQ(result.status, 1);
  EXPECT_THAT(result.err, AllOf(HasSubstr("on 1.1.1.3"), HasSubstr("run `kamal lock release -h 1.1.1.3`")));
  EXPECT_THAT(kamal.story.of({mkdir_lock, remove_own}),
              ElementsAre(StartsWith("1.1.1.1: trap '' TERM; if mkdir"),
                          StartsWith("1.1.1.3: trap '' TERM; if mkdir"), StartsWith("1.1.1.1: if [ ! -d")));
}

TEST(LockHosts, AreNotHeldOneByOneWhileWaiting) {
  CliRun kamal(web_then_workers);
  kamal.servers.answer("1.1.1.3", mkdir_lock, lock_held, 1);
  kamal.servers.answer("1.1.1.3", show_lock, {0, bobs_run, ""});
  std::vector<std::string> before_sleep;
  kamal.clock.when_asleep = [&] { before_sleep = kamal.story.of({mkdir_lock, remove_own}); };
  EXPECT_EQ(kamal.run({"app", "stop", "--version", "v2", "-r", "workers", "--lock-wait"}).status, 0);
  EXPECT_THAT(before_sleep,
              ElementsAre(StartsWith("1.1.1.1: trap '' TERM; if mkdir"),
                          StartsWith("1.1.1.3: trap '' TERM; if mkdir"), StartsWith("1.1.1.1: if [ ! -d")));
  EXPECT_THAT(kamal.story.of({mkdir_lock, remove_own}), SizeIs(7));
}

TEST(LockHosts, AreAllReleasedEvenIfOneFails) {
  CliRun kamal(web_then_workers);
  kamal.servers.answer("1.1.1.3", remove_own, {1, "", "rm: cannot remove\n"});
  const CliRun::Result result = kamal.run(stop_workers);
  EXPECT_EQ(result.status, 1);
  EXPECT_THAT(result.err, HasSubstr("rm: cannot remove"));
  EXPECT_THAT(kamal.story.of({remove_own}), SizeIs(2));
}

TEST(LockHosts, ReportEachFailureToRelease) {
  CliRun kamal(web_then_workers);
  kamal.servers.answer("*", remove_own, {1, "", "rm: cannot remove\n"});
  EXPECT_THAT(kamal.run(stop_workers).err,
              AllOf(HasSubstr("on host 1.1.1.3:"), HasSubstr("on host 1.1.1.1:")));
}

TEST(LockHosts, AreAllReleasedAfterAnInterruption) {
  CliRun kamal(web_then_workers);
  kamal.servers.before("1.1.1.3", mkdir_lock, [&] { kamal.interruption.request(SIGINT); });
  EXPECT_EQ(kamal.run(stop_workers).status, 130);
  EXPECT_THAT(kamal.story.of({remove_own}),
              UnorderedElementsAre(StartsWith("1.1.1.1:"), StartsWith("1.1.1.3:")));
}

TEST(LockHosts, AreReleasedEvenIfOneIsFrozen) {
  CliRun kamal(web_then_workers);
  kamal.servers.before("1.1.1.3", mkdir_lock, [&] { kamal.interruption.request(SIGINT); });
  kamal.servers.before("1.1.1.3", remove_own, [] { throw Interrupted(SIGINT); });  // out of time
  const CliRun::Result result = kamal.run(stop_workers);
  EXPECT_EQ(result.status, 130);
  EXPECT_THAT(result.out, HasSubstr("Error releasing the deploy lock: timed out"));
  EXPECT_THAT(test::last(kamal.asked("1.1.1.1")), StartsWith(remove_own));
}

TEST(LockHosts, AreNamedIfTheLockIsLeftThere) {
  CliRun kamal(web_then_workers);
  kamal.servers.answer("1.1.1.3", "docker stop", {1, "", "no such container\n"});
  kamal.servers.answer("1.1.1.3", remove_own, {1, "", "rm: cannot remove\n"});
  EXPECT_THAT(kamal.run(stop_workers).err, HasSubstr("The deploy lock is still held on 1.1.1.3: "));
}

TEST(LockHosts, AreNotWaitedForAgainIfTheFirstIsUnreachable) {
  CliRun kamal(web_then_workers);
  kamal.servers.unreachable("1.1.1.1");
  kamal.servers.answer("*", "then cat .kamal/lock-shop/details", lock_missing);
  const CliRun::Result result = kamal.run_in(stop_workers, [](cli::Context& context) {
    cli::check_lock_before_build(context);
    cli::with_lock(context, [] {});
  });
  EXPECT_EQ(result.status, 0);
  EXPECT_THAT(result.out,
              StartsWith("Continuing without the deploy lock on 1.1.1.1: Can't connect to 1.1.1.1\n"
                         "Acquiring the deploy lock...\n"));
}

TEST(DeployLock, IsReleasedIfTheReleaseIsInterrupted) {
  CliRun kamal(web_then_workers);
  kamal.servers.before("1.1.1.3", remove_own, [&] { kamal.interruption.request(SIGINT); });
  EXPECT_EQ(kamal.run(stop_workers).status, 130);
  EXPECT_THAT(test::last(kamal.asked("1.1.1.1")), StartsWith(remove_own));
}

TEST(LockCommandsOfSomeHosts, AcquireOnBoth) {
  CliRun kamal(web_then_workers);
  EXPECT_EQ(kamal.run({"lock", "acquire", "-m", "x", "-h", "1.1.1.3"}).status, 0);
  EXPECT_THAT(kamal.story.of({"lock-shop"}), ElementsAre(StartsWith("1.1.1.1: trap '' TERM; if mkdir"),
                                                         StartsWith("1.1.1.3: trap '' TERM; if mkdir")));
}

TEST(LockCommandsOfSomeHosts, AcquireOnBothOrNone) {
  CliRun kamal(web_then_workers);
  kamal.servers.answer("1.1.1.3", mkdir_lock, {1, "", "mkdir: Permission denied\n"});
  EXPECT_EQ(kamal.run({"lock", "acquire", "-m", "x", "-h", "1.1.1.3"}).status, 1);
  EXPECT_THAT(test::last(kamal.asked("1.1.1.1")), StartsWith(remove_own));
}

TEST(LockCommandsOfSomeHosts, ReleaseOnBoth) {
  CliRun kamal(web_then_workers);
  kamal.servers.answer("1.1.1.3", remove_any, lock_missing);
  EXPECT_THAT(kamal.run({"lock", "release", "-h", "1.1.1.3"}).out, HasSubstr("Released the deploy lock"));
  EXPECT_THAT(kamal.story.of({"lock-shop"}),
              UnorderedElementsAre(StartsWith("1.1.1.1:"), StartsWith("1.1.1.3:")));
}

TEST(LockCommandsOfSomeHosts, ReleaseWhatCanBeReached) {
  CliRun kamal(web_then_workers);
  kamal.servers.unreachable("1.1.1.1");
  const CliRun::Result result = kamal.run({"lock", "release", "-h", "1.1.1.3"});
  EXPECT_EQ(result.status, 0);
  EXPECT_THAT(result.out, AllOf(HasSubstr("Continuing without"), HasSubstr("Released the deploy lock")));
}

TEST(LockCommandsOfSomeHosts, ReleaseOnTheOthersIfOneFails) {
  CliRun kamal(web_then_workers);
  kamal.servers.answer("1.1.1.3", remove_any, {1, "", "rm: cannot remove\n"});
  const CliRun::Result result = kamal.run({"lock", "release", "-h", "1.1.1.3"});
  EXPECT_EQ(result.status, 1);
  EXPECT_THAT(result.err, HasSubstr("rm: cannot remove"));
  EXPECT_THAT(kamal.story.of({remove_any}), SizeIs(2));
}

TEST(LockCommandsOfSomeHosts, ShowTheStatusOfEach) {
  CliRun kamal(web_then_workers);
  kamal.servers.answer("1.1.1.1", show_lock, {0, bobs_run, ""});
  kamal.servers.answer("1.1.1.3", show_lock, lock_missing);
  const CliRun::Result result = kamal.run({"lock", "status", "-h", "1.1.1.3"});
  EXPECT_THAT(result.out, AllOf(HasSubstr("Lock Host: 1.1.1.1\n" + std::string(bobs_run)),
                                Not(HasSubstr("Lock Host: 1.1.1.3")), Not(HasSubstr("There is no"))));
}

TEST(UnreachableLockHost, IsNamedWithTheHostsThatAreLeft) {
  CliRun kamal(web_then_workers);
  kamal.servers.unreachable("1.1.1.1");
  const CliRun::Result result = kamal.run({"app", "stop", "--version", "v2"});
  EXPECT_EQ(result.status, 1);
  EXPECT_THAT(result.err,
              AllOf(HasSubstr("Exception while executing on host 1.1.1.1: Can't connect to 1.1.1.1\n"),
                    HasSubstr("The deploy lock is kept on 1.1.1.1. To continue without that host, select the "
                              "others: -h 1.1.1.2,1.1.1.3\n")));
}

TEST(UnreachableLockHost, LeavesOutOthersThatAreUnreachable) {
  CliRun kamal(web_then_workers);
  kamal.servers.unreachable("1.1.1.1");
  kamal.servers.unreachable("1.1.1.2");
  EXPECT_THAT(kamal.run({"app", "stop", "--version", "v2"}).err,
              HasSubstr("select the others: -h 1.1.1.3\n"));
}

TEST(UnreachableLockHost, ThatIsTheOnlyOneIsToBeChecked) {
  CliRun kamal;
  kamal.servers.unreachable("1.1.1.1");
  EXPECT_THAT(
      kamal.run({"lock", "status"}).err,
      HasSubstr(
          "The deploy lock is kept on 1.1.1.1: check that host, or put another host first in deploy.yml\n"));
}

TEST(UnreachableLockHost, IsNotMeantIfItIsAnotherOne) {
  CliRun kamal(web_then_workers);
  kamal.servers.unreachable("1.1.1.3");
  const CliRun::Result result = kamal.run({"app", "stop", "--version", "v2"});
  EXPECT_EQ(result.status, 1);
  EXPECT_THAT(result.err, AllOf(HasSubstr("Can't connect to 1.1.1.3"), Not(HasSubstr("deploy lock"))));
  EXPECT_THAT(kamal.story.of({"lock-shop"}),
              ElementsAre(HasSubstr(mkdir_lock), HasSubstr("if [ ! -d .kamal/lock-shop ]")));
}

}  // namespace
}  // namespace kamal
