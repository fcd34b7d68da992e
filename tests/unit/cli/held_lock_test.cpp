#include "cli/lock/held_lock.h"

#include <gmock/gmock.h>
#include <gtest/gtest.h>
#include <sys/wait.h>
#include <unistd.h>

#include <csignal>

#include "unit/cli/cli_run.h"

namespace kamal {
namespace {

using namespace std::chrono_literals;
using cli::HeldLock;
using cli::Holder;
using test::Answer;
using test::CliRun;
using ::testing::AllOf;
using ::testing::ElementsAre;
using ::testing::HasSubstr;
using ::testing::IsEmpty;
using ::testing::Not;
using ::testing::SizeIs;

constexpr const char* try_lock = "if mkdir .kamal/lock-shop";
constexpr const char* read_details = "cat .kamal/lock-shop/details";
constexpr const char* read_holder = "cat .kamal/lock-shop/holder";
constexpr const char* automatic_details =
    "Locked by: Bob at 2026-01-02T03:01:05Z\nVersion: v9\nMessage: Automatic deploy lock";
constexpr const char* manual_details =
    "Locked by: Bob at 2026-01-02T03:01:05Z\nVersion: v9\nMessage: Moving the database";

std::string summary(const std::string& details, std::chrono::seconds held_for) {
  const std::chrono::system_clock::time_point locked_at =
      std::chrono::sys_days(std::chrono::January / 2 / 2026) + 3h + 1min + 5s;
  return HeldLock{Host("1.1.1.1"), details, {}}.summary(locked_at + held_for);
}

TEST(HeldLockSummary, SaysWhoSinceWhenWhereAndWhy) {
  EXPECT_EQ(summary(manual_details, 3min + 59s),
            "Held by Bob for 3 minutes on 1.1.1.1, version v9: Moving the database");
}

TEST(HeldLockSummary, NamesTheProcessAndItsMachineWhereKnown) {
  Holder process;
  process.machine = "ci-7";
  process.pid = 12;
  const HeldLock lock{Host("1.1.1.1"), automatic_details, process};
  EXPECT_THAT(lock.summary(std::chrono::system_clock::time_point()),
              HasSubstr("Held by Bob (process 12 on ci-7) on 1.1.1.1, version v9"));
}

TEST(HeldLockSummary, CountsInAFittingUnit) {
  EXPECT_THAT(summary(manual_details, 1s), HasSubstr("for 1 second on"));
  EXPECT_THAT(summary(manual_details, 59s), HasSubstr("for 59 seconds on"));
  EXPECT_THAT(summary(manual_details, 60s), HasSubstr("for 1 minute on"));
  EXPECT_THAT(summary(manual_details, 1h), HasSubstr("for 1 hour on"));
  EXPECT_THAT(summary(manual_details, 47h), HasSubstr("for 47 hours on"));
  EXPECT_THAT(summary(manual_details, 72h), HasSubstr("for 3 days on"));
}

TEST(HeldLockSummary, LeavesOutAnAgeThatCantBe) {
  EXPECT_THAT(summary(manual_details, -5s), HasSubstr("Held by Bob on 1.1.1.1"));
  EXPECT_THAT(summary("Locked by: Bob at noon\nVersion: v9\nMessage: x", 5s),
              HasSubstr("Held by Bob on 1.1.1.1"));
}

TEST(HeldLockSummary, LeavesOutWhatIsMissing) {
  EXPECT_EQ(summary("", 5s), "Held on 1.1.1.1");
  EXPECT_EQ(summary("nonsense", 5s), "Held on 1.1.1.1");
  EXPECT_EQ(summary("Locked by:  at 2026-01-02T03:01:05Z\nVersion: \nMessage:", 5s),
            "Held for 5 seconds on 1.1.1.1");
}

TEST(HeldLockSummary, KeepsNamesAndMessagesAsTheyAre) {
  EXPECT_EQ(summary("Locked by: Al at home at 2026-01-02T03:01:05Z\nVersion: v9\nMessage: a\nVersion: b", 5s),
            "Held by Al at home for 5 seconds on 1.1.1.1, version v9: a\nVersion: b");
}

// A process of this machine, killed and reaped.
Holder killed_process() {
  const pid_t child = fork();
  if (child == 0) {
    pause();
    _exit(0);
  }
  Holder holder = cli::holder_of_process(child);
  kill(child, SIGKILL);
  waitpid(child, nullptr, 0);
  return holder;
}

TEST(LockHolder, IsReadAsItWasWritten) {
  Holder holder = cli::holder_of_process(getpid());
  holder.hosts = {Host("1.1.1.1"), Host("1.1.1.3")};
  const std::optional<Holder> read = cli::parse_holder(holder.text() + "\n");
  ASSERT_TRUE(read);
  EXPECT_EQ(read->text(), holder.text());
  EXPECT_EQ(read->pid, getpid());
  EXPECT_THAT(read->hosts, ElementsAre(Host("1.1.1.1"), Host("1.1.1.3")));
}

TEST(LockHolder, IsNothingInAnotherText) {
  for (const char* text : {"", "Bob", "{}", "[]", R"({"machine":"ci","pid":"7"})"})
    EXPECT_FALSE(cli::parse_holder(text)) << text;
}

TEST(LockHolder, HasNotEndedWhileItRuns) { EXPECT_FALSE(has_ended(cli::holder_of_process(getpid()))); }

TEST(LockHolder, HasEndedWhenKilled) { EXPECT_TRUE(has_ended(killed_process())); }

TEST(LockHolder, HasEndedEvenIfItsPidIsUsedAgain) {
  Holder holder = cli::holder_of_process(getpid());
  holder.started = "1";
  EXPECT_TRUE(has_ended(holder));
}

TEST(LockHolder, HasEndedBeforeItsParentNoticed) {
  const pid_t child = fork();
  if (child == 0) {
    pause();
    _exit(0);
  }
  const Holder holder = cli::holder_of_process(child);
  kill(child, SIGKILL);
  siginfo_t info;
  waitid(P_PID, static_cast<id_t>(child), &info, WEXITED | WNOWAIT);
  EXPECT_TRUE(has_ended(holder));
  waitpid(child, nullptr, 0);
}

TEST(LockHolder, OfAnotherMachineBootOrContainerIsNotJudged) {
  const auto changed = [](std::string Holder::*field) {
    Holder holder = killed_process();
    holder.*field = "other";
    return holder;
  };
  EXPECT_FALSE(has_ended(changed(&Holder::machine)));
  EXPECT_FALSE(has_ended(changed(&Holder::boot)));
  EXPECT_FALSE(has_ended(changed(&Holder::pid_namespace)));
}

TEST(LockHolder, WithoutAStartTimeIsNotJudged) {
  Holder holder = killed_process();
  holder.started.clear();
  EXPECT_FALSE(has_ended(holder));
}

const std::vector<std::string> app_stop = {"app", "stop", "--version", "v2"};

void hold(CliRun& kamal, const char* details) {
  kamal.servers.answer("*", try_lock, {75, "", "mkdir: cannot create directory: File exists\n"});
  kamal.servers.answer("*", read_details, {0, details, ""});
  kamal.servers.answer("*", read_holder, {1, "", "cat: No such file or directory\n"});
}

TEST(HeldLock, HasAReadableSummary) {
  CliRun kamal;
  hold(kamal, manual_details);
  const CliRun::Result result = kamal.run(app_stop);
  EXPECT_EQ(result.status, 1);
  EXPECT_THAT(result.err, HasSubstr("Deploy lock found. Run 'kamal lock help' for more information\n"
                                    "Held by Bob for 3 minutes on 1.1.1.1, version v9: Moving the database\n"
                                    "If it is stale, run `kamal lock release`\n"));
}

TEST(HeldLock, HasAReleaseCommandWithTheGivenFile) {
  CliRun kamal;
  kamal.write("my app.yml",
              "service: shop\nimage: acme/shop\nservers: [ 1.1.1.1 ]\n"
              "registry: { username: robot, password: sesame }\nbuilder: { arch: amd64 }\n");
  kamal.write("my app.staging.yml", "{}\n");
  hold(kamal, manual_details);
  kamal.servers.answer("*", "if mkdir .kamal/lock-shop-staging", {75, "", ""});
  kamal.servers.answer("*", "cat .kamal/lock-shop-staging/details", {0, manual_details, ""});
  const CliRun::Result result =
      kamal.run({"app", "stop", "--version", "v2", "-c", "my app.yml", "-d", "staging"});
  EXPECT_EQ(result.status, 1);
  EXPECT_THAT(result.err, HasSubstr("run `kamal lock release -d staging -c 'my app.yml'`"));
}

TEST(HeldLock, RecordsTheRunsProcess) {
  CliRun kamal;
  EXPECT_EQ(kamal.run(app_stop).status, 0);
  EXPECT_THAT(kamal.story.of({try_lock}), ElementsAre(HasSubstr("\"pid\":" + std::to_string(getpid()))));
}

TEST(HeldLock, RecordsNoProcessIfItOutlivesIt) {
  CliRun kamal;
  EXPECT_EQ(kamal.run({"lock", "acquire", "-m", "x"}).status, 0);
  EXPECT_THAT(kamal.story.of({try_lock}), ElementsAre(Not(HasSubstr("holder"))));
}

void hold_by_killed_run(CliRun& kamal, std::vector<Host> hosts = {Host("1.1.1.1")}) {
  hold(kamal, automatic_details);
  Holder holder = killed_process();
  holder.hosts = std::move(hosts);
  kamal.servers.answer("*", read_holder, {0, holder.text() + "\n", ""});
}

TEST(AbandonedLock, IsReportedWithTheCommandThatReleasesIt) {
  CliRun kamal;
  hold_by_killed_run(kamal);
  const CliRun::Result result = kamal.run(app_stop);
  EXPECT_EQ(result.status, 1);
  EXPECT_THAT(result.err, AllOf(HasSubstr("The run that acquired it (process "),
                                HasSubstr("on this machine) was killed; to release the lock, run `kamal lock "
                                          "release`\n"),
                                Not(HasSubstr("If it is stale"))));
}

TEST(AbandonedLock, IsReleasedOnAllItsHostsByOneCommand) {
  CliRun kamal("servers: [ 1.1.1.1, 1.1.1.2 ]");
  hold_by_killed_run(kamal, {Host("1.1.1.1"), Host("1.1.1.2")});
  EXPECT_THAT(kamal.run(app_stop).err, HasSubstr("run `kamal lock release -h 1.1.1.2`"));
}

TEST(AbandonedLock, OnAHostThatIsNoLongerConfiguredIsReleasedWhereItWasFound) {
  CliRun kamal;
  hold_by_killed_run(kamal, {Host("1.1.1.1"), Host("9.9.9.9")});
  EXPECT_THAT(kamal.run(app_stop).err, HasSubstr("run `kamal lock release`"));
}

TEST(AbandonedLock, IsNotWaitedFor) {
  CliRun kamal;
  hold_by_killed_run(kamal);
  const CliRun::Result result = kamal.run({"app", "stop", "--version", "v2", "--lock-wait"});
  EXPECT_EQ(result.status, 1);
  EXPECT_THAT(result.err, AllOf(HasSubstr("Deploy lock held by a killed run, not waiting"),
                                HasSubstr("run `kamal lock release`")));
  EXPECT_THAT(kamal.clock.sleeps(), IsEmpty());
}

TEST(HeldLock, IsDescribedAfterATimeout) {
  CliRun kamal;
  hold(kamal, automatic_details);
  const CliRun::Result result =
      kamal.run({"app", "stop", "--version", "v2", "--lock-wait", "--lock-wait-timeout", "60"});
  EXPECT_EQ(result.status, 1);
  EXPECT_THAT(result.err, AllOf(HasSubstr("Timed out waiting for deploy lock"),
                                HasSubstr("Held by Bob for 4 minutes on 1.1.1.1, version v9"),
                                HasSubstr("run `kamal lock release`")));
}

TEST(AbandonedLock, IsReportedByTheStatus) {
  CliRun kamal;
  hold_by_killed_run(kamal);
  EXPECT_THAT(kamal.run({"lock", "status"}).out,
              AllOf(HasSubstr(automatic_details), HasSubstr("was killed; to release the lock, run `")));
}

TEST(HeldLock, OfARunningProcessIsWaitedFor) {
  CliRun kamal;
  hold(kamal, automatic_details);
  kamal.servers.answer("*", try_lock, {0, "", ""});
  kamal.servers.answer("*", try_lock, {75, "", ""}, 1);
  kamal.servers.answer("*", read_holder, {0, cli::holder_of_process(getpid()).text(), ""});
  EXPECT_EQ(kamal.run({"app", "stop", "--version", "v2", "--lock-wait"}).status, 0);
  EXPECT_THAT(kamal.clock.sleeps(), SizeIs(1));
}

}  // namespace
}  // namespace kamal
