#include <gmock/gmock.h>
#include <gtest/gtest.h>

#include <csignal>

#include "kamal/sshkit/executor.h"
#include "kamal/support/encoding.h"
#include "kamal/support/strings.h"
#include "support/there.h"
#include "unit/cli/cli_run.h"

namespace kamal {
namespace {

using namespace std::chrono_literals;
using test::Answer;
using test::CliRun;
using ::testing::AllOf;
using ::testing::Contains;
using ::testing::ElementsAre;
using ::testing::HasSubstr;
using ::testing::IsEmpty;
using ::testing::Not;
using ::testing::SizeIs;
using ::testing::StartsWith;

// The beginnings of the lock's commands; base.h of the commands says what their statuses mean.
constexpr const char* acquire = "trap '' TERM; if mkdir .kamal/lock-shop";
constexpr const char* release_if_owner = "if [ ! -d .kamal/lock-shop ]";
constexpr const char* release = "if [ -d .kamal/lock-shop ]; then rm";
constexpr const char* status = "cat .kamal/lock-shop/details | base64 -d";
const Answer held = {75, "", "mkdir: cannot create directory: File exists\n"};
const Answer missing = {74, "", ""};

constexpr const char* automatic =
    "Locked by: Bob at 2026-01-02T03:00:00Z\nVersion: v9\nMessage: Automatic deploy lock\n";
constexpr const char* by_hand =
    "Locked by: Bob at 2026-01-02T03:00:00Z\nVersion: v9\nMessage: Moving the database\n";

const std::vector<std::string> boot = {"app", "boot", "--version", "v2"};
const std::vector<std::string> patient_boot = {
    "app", "boot", "--version", "v2", "--lock-wait", "--lock-wait-timeout", "20"};

TEST(DeployLock, WrapsTheWork) {
  CliRun kamal;
  EXPECT_EQ(kamal.run(boot).status, 0);
  EXPECT_THAT(kamal.story.of({acquire, "docker run", release_if_owner}),
              ElementsAre(HasSubstr(acquire), HasSubstr("docker run"), HasSubstr(release_if_owner)));
}

TEST(DeployLock, IsOnThePrimaryHostOnly) {
  CliRun kamal("servers: [ 1.1.1.1, 1.1.1.2 ]");
  kamal.run(boot);
  EXPECT_THAT(kamal.story.of({"lock-shop"}), ElementsAre(StartsWith("1.1.1.1: "), StartsWith("1.1.1.1: ")));
}

TEST(DeployLock, SaysWhoAcquiredItWhenAndWhy) {
  CliRun kamal;
  kamal.run(boot);
  const std::string details = replace_all(
      base64_lines(
          "Locked by: Ann Operator at 2026-01-02T03:04:05Z\nVersion: v2\nMessage: Automatic deploy lock"),
      "\n", "");
  EXPECT_THAT(kamal.story.of({acquire}),
              ElementsAre(HasSubstr("echo " + details + " > .kamal/lock-shop/details")));
}

TEST(DeployLock, FindsTheRunDirectoryMadeOnEveryHost) {
  CliRun kamal("servers: [ 1.1.1.1, 1.1.1.2 ]");
  EXPECT_EQ(kamal.run(boot).status, 0);
  for (const char* host : {"1.1.1.1", "1.1.1.2"})
    EXPECT_EQ(kamal.asked(host).at(0), "mkdir -p .kamal") << host;
  EXPECT_THAT(kamal.story.of({acquire, "mkdir -p .kamal/apps"}).at(0), HasSubstr(acquire));
}

TEST(DeployLock, HeldByAnotherEndsTheRun) {
  CliRun kamal;
  kamal.servers.answer("*", acquire, held);
  kamal.servers.answer("*", status, {0, automatic, ""});
  const CliRun::Result result = kamal.run(boot);
  EXPECT_EQ(result.status, 1);
  EXPECT_THAT(result.out, HasSubstr(automatic));
  EXPECT_THAT(result.err, HasSubstr("kamal lock release"));
  EXPECT_THAT(kamal.story.of({"docker run"}), IsEmpty());
}

TEST(DeployLock, HeldByAnotherIsLeftAlone) {
  CliRun kamal;
  kamal.servers.answer("*", acquire, held);
  EXPECT_EQ(kamal.run(boot).status, 1);
  EXPECT_THAT(kamal.story.of({acquire, release_if_owner, release}), ElementsAre(HasSubstr(acquire)));
}

TEST(DeployLock, ThatCantBeMadeShowsWhy) {
  CliRun kamal;
  kamal.servers.answer("*", acquire, {1, "", "mkdir: cannot create directory: Permission denied\n"});
  const CliRun::Result result = kamal.run(boot);
  EXPECT_EQ(result.status, 1);
  EXPECT_THAT(result.err, HasSubstr("Permission denied"));
  EXPECT_THAT(kamal.story.of({"docker run"}), IsEmpty());
}

TEST(DeployLock, IsReleasedWhenTheWorkFails) {
  CliRun kamal;
  kamal.servers.answer("*", "docker tag", {1, "", "no such image\n"});
  EXPECT_EQ(kamal.run(boot).status, 1);
  EXPECT_THAT(kamal.asked("1.1.1.1"), Contains(StartsWith(release_if_owner)));
}

TEST(DeployLock, IsReleasedWhenTheWorkIsInterrupted) {
  CliRun kamal;
  kamal.servers.before("*", "docker run", [&] { kamal.interruption.request(SIGTERM); });
  EXPECT_EQ(kamal.run(boot).status, 143);
  EXPECT_THAT(kamal.asked("1.1.1.1"), Contains(StartsWith(release_if_owner)));
}

TEST(DeployLock, IsReleasedWhenInterruptedWhileItIsTaken) {
  CliRun kamal;
  kamal.servers.before("*", acquire, [&] { kamal.interruption.request(SIGINT); });
  EXPECT_EQ(kamal.run(boot).status, 130);
  EXPECT_THAT(kamal.story.of({"lock-shop"}), ElementsAre(HasSubstr(acquire), HasSubstr(release_if_owner)));
}

TEST(DeployLock, IsNotAcquiredAfterAnInterruption) {
  CliRun kamal;
  kamal.servers.before("*", "mkdir -p .kamal", [&] { kamal.interruption.request(SIGINT); });
  EXPECT_EQ(kamal.run(boot).status, 130);
  EXPECT_THAT(kamal.story.of({"if mkdir .kamal/lock-shop"}), IsEmpty());
}

const std::vector<std::string> deploy = {"deploy", "-P", "--version", "v2"};

TEST(DeployLock, ThatIsGoneAtTheEndFailsTheDeploy) {
  CliRun kamal;
  kamal.add_hook("post-deploy");
  kamal.servers.answer("*", release_if_owner, missing);
  const CliRun::Result result = kamal.run(deploy);
  EXPECT_EQ(result.status, 1);
  EXPECT_THAT(result.err, HasSubstr("The deploy lock was released while this run still needed it"));
  EXPECT_THAT(kamal.asked("here"), IsEmpty());
}

TEST(DeployLock, ThatIsGoneDoesNotHideTheFailure) {
  CliRun kamal;
  kamal.servers.answer("*", "docker tag", {1, "", "no such image\n"});
  kamal.servers.answer("*", release_if_owner, missing);
  const CliRun::Result result = kamal.run(boot);
  EXPECT_THAT(result.err, HasSubstr("no such image"));
  EXPECT_THAT(result.out, HasSubstr("The deploy lock was released while this run still needed it"));
}

TEST(DeployLock, KeepsAnotherRunsLock) {
  CliRun kamal;
  kamal.servers.answer("*", release_if_owner, held);
  const CliRun::Result result = kamal.run(boot);
  EXPECT_EQ(result.status, 0);
  EXPECT_THAT(result.out, HasSubstr("now belongs to another run"));
  EXPECT_THAT(kamal.story.of({release}), IsEmpty());
}

TEST(DeployLock, ThatCantBeReleasedDoesNotHideTheFailure) {
  CliRun kamal;
  kamal.servers.answer("*", "docker tag", {1, "", "no such image\n"});
  kamal.servers.answer("*", release_if_owner, {1, "", "rm: cannot remove\n"});
  const CliRun::Result result = kamal.run(boot);
  EXPECT_THAT(result.err, HasSubstr("no such image"));
  EXPECT_THAT(result.out,
              AllOf(HasSubstr("Error releasing the deploy lock"), HasSubstr("rm: cannot remove")));
}

TEST(DeployLock, ThatCantBeReleasedMakesTheRunFail) {
  CliRun kamal;
  kamal.servers.answer("*", release_if_owner, {1, "", "rm: cannot remove\n"});
  const CliRun::Result result = kamal.run(boot);
  EXPECT_EQ(result.status, 1);
  EXPECT_THAT(result.err, HasSubstr("rm: cannot remove"));
}

TEST(DeployLock, HeldByTheCallerIsNeitherTakenNorReleased) {
  CliRun kamal;
  kamal.environment["KAMAL_LOCK"] = "true";
  EXPECT_EQ(kamal.run(boot).status, 0);
  EXPECT_THAT(kamal.story.of({"lock-shop", "docker run"}), ElementsAre(HasSubstr("docker run")));
}

TEST(DeployLock, OfADestinationIsItsOwn) {
  CliRun kamal;
  kamal.write("config/deploy.staging.yml", "{}\n");
  kamal.run({"app", "boot", "--version", "v2", "-d", "staging"});
  EXPECT_THAT(kamal.story.of({"if mkdir"}), ElementsAre(HasSubstr("if mkdir .kamal/lock-shop-staging")));
}

TEST(DeployLock, IsReleasedWhereItWasAcquiredAfterGoingFromServerToServer) {
  CliRun kamal(
      "accessories: { db: { image: postgres, host: 1.1.1.5 }, cache: { image: redis, host: 1.1.1.6 } }");
  EXPECT_EQ(kamal.run({"accessory", "upgrade", "all", "-y", "--rolling", "--version", "v2"}).status, 0);
  EXPECT_THAT(kamal.story.of({"docker run", "lock-shop"}),
              ElementsAre(StartsWith("1.1.1.1: trap '' TERM; if mkdir"), StartsWith("1.1.1.5: docker run"),
                          StartsWith("1.1.1.6: docker run"), StartsWith("1.1.1.1: if [ ! -d")));
}

TEST(LockWait, TriesAgainUntilTheOtherDeployIsDone) {
  CliRun kamal;
  kamal.servers.answer("*", acquire, held, 2);
  kamal.servers.answer("*", status, {0, automatic, ""});
  const CliRun::Result result =
      kamal.run({"app", "boot", "--version", "v2", "--lock-wait", "--lock-wait-interval", "5"});
  EXPECT_EQ(result.status, 0);
  EXPECT_THAT(kamal.clock.sleeps(), ElementsAre(5s, 5s));
  EXPECT_THAT(kamal.story.of({acquire, release_if_owner}), SizeIs(4));
}

TEST(LockWait, MayWaitForPartsOfASecond) {
  CliRun kamal;
  kamal.servers.answer("*", acquire, held, 2);
  kamal.servers.answer("*", status, {0, automatic, ""});
  const CliRun::Result result =
      kamal.run({"app", "boot", "--version", "v2", "--lock-wait", "--lock-wait-interval", "0.5"});
  EXPECT_THAT(kamal.clock.sleeps(), ElementsAre(500ms, 500ms));
  EXPECT_THAT(result.out, HasSubstr("Retrying in 0.5s (900s remaining)..."));
}

TEST(LockWait, ShowsTheOtherDeployOnce) {
  CliRun kamal;
  kamal.servers.answer("*", acquire, held, 2);
  kamal.servers.answer("*", status, {0, automatic, ""});
  EXPECT_THAT(kamal.run(patient_boot).out, HasSubstr(automatic));
  EXPECT_THAT(kamal.story.of({status}), SizeIs(1));
}

TEST(LockWait, EndsAfterItsTimeout) {
  CliRun kamal;
  kamal.servers.answer("*", acquire, held);
  kamal.servers.answer("*", status, {0, automatic, ""});
  const CliRun::Result result = kamal.run(patient_boot);
  EXPECT_EQ(result.status, 1);
  EXPECT_THAT(result.out, HasSubstr("Timed out after 20s waiting for the deploy lock"));
  EXPECT_THAT(result.err, HasSubstr("Timed out waiting for deploy lock"));
  EXPECT_THAT(kamal.clock.sleeps(), ElementsAre(15s, 5s));
  EXPECT_THAT(kamal.story.of({release_if_owner, "docker run"}), IsEmpty());
}

TEST(LockWait, DoesNotWaitForAManualLock) {
  CliRun kamal;
  kamal.servers.answer("*", acquire, held);
  kamal.servers.answer("*", status, {0, by_hand, ""});
  const CliRun::Result result = kamal.run(patient_boot);
  EXPECT_EQ(result.status, 1);
  EXPECT_THAT(result.err, HasSubstr("acquired manually"));
  EXPECT_THAT(kamal.clock.sleeps(), IsEmpty());
}

TEST(LockWait, IsEndedByASignal) {
  CliRun kamal;
  kamal.servers.answer("*", acquire, held);
  kamal.servers.answer("*", status, {0, automatic, ""});
  kamal.clock.when_asleep = [&] { kamal.interruption.request(SIGINT); };
  EXPECT_EQ(kamal.run(patient_boot).status, 130);
  EXPECT_THAT(kamal.story.of({release_if_owner}), IsEmpty());
}

TEST(LockCommands, AcquireWithAMessage) {
  CliRun kamal;
  EXPECT_THAT(kamal.run({"lock", "acquire", "-m", "Moving the database"}).out,
              HasSubstr("Acquired the deploy lock"));
  const std::string details = replace_all(
      base64_lines("Locked by: Ann Operator at 2026-01-02T03:04:05Z\nVersion: " + std::string(40, 'a') +
                   "\nMessage: Moving the database"),
      "\n", "");
  EXPECT_THAT(kamal.story.of({acquire}), ElementsAre(HasSubstr(details)));
}

TEST(LockCommands, AcquireKeepsTheLock) {
  CliRun kamal;
  EXPECT_EQ(kamal.run({"lock", "acquire", "-m", "x"}).status, 0);
  EXPECT_THAT(kamal.story.of({acquire, release_if_owner, release}), ElementsAre(HasSubstr(acquire)));
}

TEST(LockCommands, AcquireFailsIfItIsHeld) {
  CliRun kamal;
  kamal.servers.answer("*", acquire, held);
  kamal.servers.answer("*", status, {0, automatic, ""});
  const CliRun::Result result = kamal.run({"lock", "acquire", "-m", "x"});
  EXPECT_EQ(result.status, 1);
  EXPECT_THAT(result.out, AllOf(HasSubstr(automatic), Not(HasSubstr("Acquired"))));
}

TEST(LockCommands, ReleaseTheLockOfAnyHolder) {
  CliRun kamal;
  EXPECT_THAT(kamal.run({"lock", "release"}).out, HasSubstr("Released the deploy lock"));
  EXPECT_THAT(kamal.story.of({"lock-shop"}), ElementsAre(HasSubstr(release)));
}

TEST(LockCommands, ReleaseFindsNone) {
  CliRun kamal;
  kamal.servers.answer("*", release, missing);
  const CliRun::Result result = kamal.run({"lock", "release"});
  EXPECT_EQ(result.status, 0);
  EXPECT_THAT(result.out, AllOf(HasSubstr("There is no deploy lock"), Not(HasSubstr("Released"))));
}

TEST(LockCommands, StatusShowsWhoHoldsIt) {
  CliRun kamal;
  kamal.servers.answer("*", status, {0, by_hand, ""});
  EXPECT_THAT(kamal.run({"lock", "status"}).out, HasSubstr(by_hand));
}

TEST(LockCommands, StatusFindsNone) {
  CliRun kamal;
  kamal.servers.answer("*", status, missing);
  const CliRun::Result result = kamal.run({"lock", "status"});
  EXPECT_EQ(result.status, 0);
  EXPECT_THAT(result.out, HasSubstr("There is no deploy lock"));
}

TEST(DeployLock, IsAcquiredIfTheCallerHoldsNone) {
  CliRun kamal;
  kamal.environment["KAMAL_LOCK"] = "false";  // as hooks get it before the lock
  EXPECT_EQ(kamal.run(boot).status, 0);
  EXPECT_THAT(kamal.story.of({acquire, release_if_owner}), SizeIs(2));
}

TEST(DeployLock, InterruptedBeforeItExistedIsNotReportedAsGone) {
  CliRun kamal;
  kamal.servers.before("*", acquire, [&] { kamal.interruption.request(SIGINT); });
  kamal.servers.answer("*", release_if_owner, missing);
  const CliRun::Result result = kamal.run(boot);
  EXPECT_EQ(result.status, 130);
  EXPECT_THAT(kamal.story.of({release_if_owner}), SizeIs(1));
  EXPECT_THAT(result.out, Not(HasSubstr("Error releasing")));
}

TEST(DeployLock, RemovedByAnInterruptedReleaseIsNotReportedAsGone) {
  CliRun kamal;
  kamal.servers.before("*", release_if_owner, [&] {
    if (kamal.interruption.signal() == 0) kamal.interruption.request(SIGINT);
  });
  kamal.servers.answer("*", release_if_owner, missing);
  const CliRun::Result result = kamal.run(boot);
  EXPECT_EQ(result.status, 130);
  EXPECT_THAT(kamal.story.of({release_if_owner}), SizeIs(2));
  EXPECT_THAT(result.out, Not(HasSubstr("was released")));
}

TEST(DeployLock, OfAnotherIsNotMentionedIfThisRunNeverHadIt) {
  CliRun kamal;
  kamal.servers.before("*", acquire, [&] { kamal.interruption.request(SIGINT); });
  kamal.servers.answer("*", release_if_owner, held);
  const CliRun::Result result = kamal.run(boot);
  EXPECT_EQ(result.status, 130);
  EXPECT_THAT(result.out + result.err, AllOf(Not(HasSubstr("another run")), Not(HasSubstr("lock is free"))));
}

TEST(DeployLock, OfAnotherInItsPlaceIsNotCalledFree) {
  CliRun kamal;
  kamal.servers.answer("*", "docker tag", {1, "", "no such image\n"});
  kamal.servers.answer("*", release_if_owner, held);
  EXPECT_THAT(kamal.run(boot).err,
              AllOf(HasSubstr("The deploy lock is held by another run.\n"), Not(HasSubstr("lock is free"))));
}

TEST(DeployLock, ThatIsHeldIsReportedEvenIfAnotherHostIsDown) {
  CliRun kamal("servers: [ 1.1.1.1, 1.1.1.2 ]");
  kamal.servers.unreachable("1.1.1.2", test::FakeBackend::Known::later);
  kamal.servers.answer("*", acquire, held);
  kamal.servers.answer("*", status, {0, automatic, ""});
  const CliRun::Result result = kamal.run(boot);
  EXPECT_EQ(result.status, 1);
  EXPECT_THAT(result.out, HasSubstr("Deploy lock already in place!"));
  EXPECT_THAT(result.err, HasSubstr("Deploy lock found"));
}

TEST(DeployLock, IsReleasedByThisProcessOnly) {
  CliRun kamal;
  kamal.run(boot);
  EXPECT_THAT(kamal.story.of({release_if_owner}), ElementsAre(HasSubstr("cat .kamal/lock-shop/holder")));
}

TEST(DeployLock, ShowsDetailsWithoutControlCharacters) {
  for (const auto& arguments : {boot, std::vector<std::string>{"lock", "status"}}) {
    CliRun kamal;
    kamal.servers.answer("*", acquire, held);
    kamal.servers.answer("*", status, {0, "Locked by: Bob\x1b]0;title\a at noon\nMessage: \x1b[31mred", ""});
    const CliRun::Result result = kamal.run(arguments);
    EXPECT_THAT(result.out, HasSubstr("Locked by: Bob at noon\nMessage: red\n"));
    EXPECT_THAT(result.out + result.err, Not(HasSubstr("\x1b")));
  }
}

TEST(LockWait, PausesBetweenAttemptsWhateverTheInterval) {
  CliRun kamal;
  kamal.servers.answer("*", acquire, held, 1);
  kamal.servers.answer("*", status, {0, automatic, ""});
  EXPECT_EQ(kamal.run({"app", "boot", "--version", "v2", "--lock-wait", "--lock-wait-interval", "0"}).status,
            0);
  EXPECT_THAT(kamal.clock.sleeps(), ElementsAre(100ms));
}

TEST(LockCommands, AcquireOnAServerThatIsNew) {
  CliRun kamal;
  EXPECT_EQ(kamal.run({"lock", "acquire", "-m", "x"}).status, 0);
  EXPECT_THAT(kamal.asked("1.1.1.1"), ElementsAre("mkdir -p .kamal", StartsWith(acquire)));
}

}  // namespace
}  // namespace kamal
