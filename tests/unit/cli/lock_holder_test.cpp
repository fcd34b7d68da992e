#include <gmock/gmock.h>
#include <gtest/gtest.h>

#include "kamal/support/encoding.h"
#include "unit/cli/cli_run.h"

// Who a lock and an audit line name, and the words that programs look for in the output of a held lock.
namespace kamal {
namespace {

using test::Answer;
using test::CliRun;
using test::fails;
using test::says;
using ::testing::AllOf;
using ::testing::ElementsAre;
using ::testing::HasSubstr;
using ::testing::Not;

constexpr const char* acquire = "if mkdir .kamal/lock-shop";
constexpr const char* status = "cat .kamal/lock-shop";
const Answer held = {75, "", "mkdir: cannot create directory: File exists\n"};
constexpr const char* by_hand = "Locked by: Bob at 2026-01-02T03:00:00Z\nVersion: v9\nMessage: Moving\n";

const std::vector<std::string> stop = {"app", "stop", "--version", "v2"};

std::string details_by(const std::string& holder) {
  return base64("Locked by: " + holder +
                " at 2026-01-02T03:04:05Z\nVersion: v2\nMessage: Automatic deploy lock");
}

void run_as_deploy_on_ci(CliRun& kamal) {
  kamal.processes.answer("whoami", says("deploy\n"));
  kamal.processes.answer("uname -n", says("ci-7\n"));
}

TEST(LockHolder, IsUserAtHostWithoutGitUserName) {
  CliRun kamal;
  run_as_deploy_on_ci(kamal);
  kamal.processes.answer("git config user.name", fails(1));
  EXPECT_EQ(kamal.run(stop).status, 0);
  EXPECT_THAT(kamal.story.of({acquire}), ElementsAre(HasSubstr("echo " + details_by("deploy@ci-7") + " > ")));
}

TEST(LockHolder, IsUserAtHostWithoutGit) {
  CliRun kamal;
  run_as_deploy_on_ci(kamal);
  kamal.processes.answer("git config user.name", fails(127, "git: command not found\n"));
  EXPECT_EQ(kamal.run(stop).status, 0);
  EXPECT_THAT(kamal.story.of({acquire}), ElementsAre(HasSubstr("echo " + details_by("deploy@ci-7") + " > ")));
}

TEST(LockHolder, IsTheEnvironmentsUserIfTheUidHasNoName) {
  CliRun kamal;
  kamal.environment["USER"] = "runner";
  kamal.processes.answer("whoami", fails(1, "whoami: cannot find name for user ID 1001\n"));
  kamal.processes.answer("uname -n", says("ci-7\n"));
  kamal.processes.answer("git config user.name", fails(1));
  EXPECT_EQ(kamal.run(stop).status, 0);
  EXPECT_THAT(kamal.story.of({acquire}), ElementsAre(HasSubstr("echo " + details_by("runner@ci-7") + " > ")));
}

TEST(AuditPerformer, IsTheLoginNameWithoutGitEmail) {
  CliRun kamal;
  run_as_deploy_on_ci(kamal);
  kamal.processes.answer("git config user.email", fails(1));
  bool audited = false;
  kamal.servers.before("1.1.1.1", "[deploy] [web] Stopped app", [&] { audited = true; });
  EXPECT_EQ(kamal.run(stop).status, 0);
  EXPECT_TRUE(audited);
}

TEST(AuditPerformer, IsUserAtHostIfTheUidHasNoName) {
  CliRun kamal;
  kamal.environment["USER"] = "runner";
  kamal.processes.answer("whoami", fails(1));
  kamal.processes.answer("uname -n", says("ci-7\n"));
  kamal.processes.answer("git config user.email", fails(1));
  bool audited = false;
  kamal.servers.before("1.1.1.1", "[runner@ci-7] [web] Stopped app", [&] { audited = true; });
  EXPECT_EQ(kamal.run(stop).status, 0);
  EXPECT_TRUE(audited);
}

TEST(HeldLock, SaysWhatScriptsLookFor) {
  CliRun kamal;
  kamal.servers.answer("*", acquire, held);
  kamal.servers.answer("*", status, {0, by_hand, ""});
  const CliRun::Result result = kamal.run(stop);
  EXPECT_EQ(result.status, 1);
  EXPECT_THAT(result.out, AllOf(HasSubstr("Deploy lock already in place!\n"), HasSubstr(by_hand)));
  EXPECT_THAT(result.err, AllOf(HasSubstr("Deploy lock found. Run 'kamal lock help' for more information"),
                                HasSubstr("run `kamal lock release`")));
}

TEST(HeldLock, NamesTheDestinationInTheCommandToRelease) {
  CliRun kamal;
  kamal.write("config/deploy.staging.yml", "retain_containers: 3\n");
  kamal.servers.answer("*", acquire, held);
  kamal.servers.answer("*", "cat .kamal/lock-shop-staging", {0, by_hand, ""});
  const CliRun::Result result = kamal.run({"app", "stop", "--version", "v2", "-d", "staging"});
  EXPECT_EQ(result.status, 1);
  EXPECT_THAT(result.err, HasSubstr("run `kamal lock release -d staging`"));
}

TEST(HeldLock, HasHelpWhereTheHintSays) {
  const CliRun::Result result = CliRun().run({"lock", "help"});
  EXPECT_EQ(result.status, 0);
  EXPECT_THAT(result.out, HasSubstr("kamal lock COMMAND"));
}

TEST(HeldLock, AcquiredManuallyIsNotWaitedFor) {
  CliRun kamal;
  kamal.servers.answer("*", acquire, held);
  kamal.servers.answer("*", status, {0, by_hand, ""});
  const CliRun::Result result = kamal.run({"app", "stop", "--version", "v2", "--lock-wait"});
  EXPECT_EQ(result.status, 1);
  EXPECT_THAT(result.out, HasSubstr("Deploy lock is held by:\n" + std::string(by_hand)));
  EXPECT_THAT(result.err,
              HasSubstr("Deploy lock acquired manually, not waiting. Run 'kamal lock help' for more "
                        "information"));
}

TEST(LockStatus, ReportsALockWithoutDetails) {
  CliRun kamal;
  kamal.servers.answer("*", status, {0, "", "cat: .kamal/lock-shop/details: No such file or directory\n"});
  const CliRun::Result result = kamal.run({"lock", "status"});
  EXPECT_EQ(result.status, 0);
  EXPECT_THAT(result.out,
              AllOf(HasSubstr("The deploy lock is held"), Not(HasSubstr("There is no deploy lock"))));
}

}  // namespace
}  // namespace kamal
