#include <gmock/gmock.h>
#include <gtest/gtest.h>
#include <unistd.h>

#include "cli/lock/deploy_lock.h"
#include "cli/lock/held_lock.h"
#include "unit/cli/cli_run.h"

// The look at the deploy lock before a build.
namespace kamal {
namespace {

using test::CliRun;
using ::testing::AllOf;
using ::testing::ElementsAre;
using ::testing::HasSubstr;
using ::testing::IsEmpty;
using ::testing::SizeIs;
using ::testing::StartsWith;

constexpr const char* lock_details_shown = "cat .kamal/lock-shop/details";

CliRun::Result look_before_build(CliRun& kamal, std::vector<std::string> options = {}) {
  options.insert(options.begin(), {"deploy", "--version", "v2"});
  return kamal.run_in(options, cli::check_lock_before_build);
}

void locked_with(CliRun& kamal, const std::string& host, const std::string& message) {
  kamal.servers.answer(
      host, lock_details_shown,
      {0, "Locked by: Bob at 2026-01-02T03:01:05Z\nVersion: v9\nMessage: " + message + "\n", ""});
}

void unlocked(CliRun& kamal) { kamal.servers.answer("*", lock_details_shown, {74, "", ""}); }

TEST(LockBeforeBuild, IsCheckedOnly) {
  CliRun kamal("servers: [ 1.1.1.1, 1.1.1.2 ]");
  unlocked(kamal);
  const CliRun::Result result = look_before_build(kamal);
  EXPECT_EQ(result.status, 0);
  EXPECT_EQ(result.out, "");
  EXPECT_THAT(kamal.story.of({""}), ElementsAre(StartsWith("1.1.1.1: if [ -d .kamal/lock-shop ]; then cat"),
                                                "1.1.1.1: cat .kamal/lock-shop/holder"));
  EXPECT_EQ(kamal.servers.round_trips["1.1.1.1"], 1);
}

TEST(LockBeforeBuild, EndsTheRunIfItWasAcquiredManually) {
  CliRun kamal;
  locked_with(kamal, "*", "Moving the database");
  const CliRun::Result result = look_before_build(kamal);
  EXPECT_EQ(result.status, 1);
  EXPECT_THAT(result.out, HasSubstr("Deploy lock already in place!\nLocked by: Bob at"));
  EXPECT_THAT(result.err,
              AllOf(HasSubstr("Deploy lock found. Run 'kamal lock help' for more information\n"),
                    HasSubstr("Held by Bob for 3 minutes on 1.1.1.1, version v9: Moving the database\n"),
                    HasSubstr("run `kamal lock release`")));
}

TEST(LockBeforeBuild, LetsTheBuildContinueWhileAnotherRunHoldsIt) {
  CliRun kamal;
  locked_with(kamal, "*", "Automatic deploy lock");
  const CliRun::Result result = look_before_build(kamal);
  EXPECT_EQ(result.status, 0);
  EXPECT_EQ(
      result.out,
      "Deploy lock in place; building in the meantime. Held by Bob for 3 minutes on 1.1.1.1, version v9: "
      "Automatic deploy lock\n");
}

TEST(LockBeforeBuild, EndsTheRunIfTheHolderWasKilled) {
  CliRun kamal;
  locked_with(kamal, "*", "Automatic deploy lock");
  cli::Holder holder = cli::holder_of_process(getpid());
  holder.started = "1";
  kamal.servers.answer("*", "cat .kamal/lock-shop/holder", {0, holder.text(), ""});
  const CliRun::Result result = look_before_build(kamal);
  EXPECT_EQ(result.status, 1);
  EXPECT_THAT(result.err, HasSubstr("was killed; to release the lock, run `kamal lock release`"));
}

TEST(LockBeforeBuild, IsAlsoCheckedOnTheFirstHost) {
  CliRun kamal("servers: [ 1.1.1.1, 1.1.1.2 ]");
  unlocked(kamal);
  locked_with(kamal, "1.1.1.1", "Moving the database");
  const CliRun::Result result = look_before_build(kamal, {"-h", "1.1.1.2"});
  EXPECT_EQ(result.status, 1);
  EXPECT_THAT(result.err, HasSubstr("on 1.1.1.1, version v9"));
}

TEST(LockBeforeBuild, ReportsAPrimaryHostThatIsUnreachable) {
  CliRun kamal("servers: [ 1.1.1.1, 1.1.1.2 ]");
  kamal.servers.unreachable("1.1.1.1");
  const CliRun::Result result = look_before_build(kamal);
  EXPECT_EQ(result.status, 1);
  EXPECT_THAT(result.err, AllOf(HasSubstr("Can't connect to 1.1.1.1"), HasSubstr("-h 1.1.1.2")));
}

TEST(LockBeforeBuild, IsNotCheckedIfTheCallerHoldsIt) {
  CliRun kamal;
  kamal.environment["KAMAL_LOCK"] = "true";
  locked_with(kamal, "*", "Moving the database");
  EXPECT_EQ(look_before_build(kamal).status, 0);
  EXPECT_THAT(kamal.asked("1.1.1.1"), IsEmpty());
}

TEST(LockState, NamesTheHostsOfThisRunsLock) {
  CliRun kamal("servers: [ 1.1.1.1, 1.1.1.2 ]");
  const CliRun::Result result =
      kamal.run_in({"deploy", "--version", "v2", "-h", "1.1.1.2"}, [](cli::Context& context) {
        cli::with_lock(context, [&] {
          EXPECT_THAT(context.lock.hosts(), ElementsAre(Host("1.1.1.1"), Host("1.1.1.2")));
        });
        EXPECT_THAT(context.lock.hosts(), IsEmpty());
      });
  EXPECT_EQ(result.status, 0) << result.err;
  EXPECT_THAT(kamal.story.of({"if mkdir"}), SizeIs(2));
}

TEST(LockState, KeepsAHostWhoseLockCouldNotBeReleased) {
  CliRun kamal("servers: [ 1.1.1.1, 1.1.1.2 ]");
  kamal.servers.answer("1.1.1.1", "if [ ! -d .kamal/lock-shop", {1, "", "rm: cannot remove\n"});
  std::vector<Host> left;
  const CliRun::Result result =
      kamal.run_in({"deploy", "--version", "v2", "-h", "1.1.1.2"}, [&](cli::Context& context) {
        EXPECT_ANY_THROW(cli::with_lock(context, [] {}));
        left = context.lock.hosts();
      });
  EXPECT_EQ(result.status, 0) << result.err;
  EXPECT_THAT(left, ElementsAre(Host("1.1.1.1")));
}

}  // namespace
}  // namespace kamal
