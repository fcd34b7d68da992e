#include <gmock/gmock.h>
#include <gtest/gtest.h>

#include <csignal>

#include "kamal/sshkit/server.h"
#include "unit/cli/cli_run.h"

// Boots that a signal or a lost connection ends: where each host is afterwards.
namespace kamal {
namespace {

using test::CliRun;
using ::testing::AllOf;
using ::testing::ElementsAre;
using ::testing::HasSubstr;
using ::testing::IsEmpty;
using ::testing::Not;
using ::testing::SizeIs;
using ::testing::UnorderedElementsAre;

const std::vector<std::string> boot_v2 = {"app", "boot", "--version", "v2"};
constexpr const char* worker_only =
    "readiness_delay: 0\nservers: { workers: { hosts: [ 1.1.1.1 ], cmd: bin/jobs, proxy: false } "
    "}\nprimary_role: "
    "workers\n";

struct InterruptedBoot : ::testing::Test {
  void interrupt_before(CliRun& kamal, const std::string& command) {
    kamal.servers.before("1.1.1.1", command, [&] {
      if (kamal.interruption.signal() == 0) kamal.interruption.request(SIGTERM);
    });
  }
};

TEST_F(InterruptedBoot, StopsTheNewContainerAndKeepsIt) {
  CliRun kamal;
  kamal.servers.docker("1.1.1.1").add("shop-web-v1");
  interrupt_before(kamal, "kamal-proxy deploy");
  kamal.servers.answer("1.1.1.1", "kamal-proxy deploy", {1, "", "interrupted\n"});
  const CliRun::Result result = kamal.run(boot_v2);
  EXPECT_EQ(result.status, 143);
  EXPECT_THAT(kamal.servers.docker("1.1.1.1").running(), ElementsAre("shop-web-v1"));
  EXPECT_THAT(kamal.servers.docker("1.1.1.1").all(), UnorderedElementsAre("shop-web-v1", "shop-web-v2"));
  EXPECT_THAT(result.out, HasSubstr("Undid the interrupted boot of web on 1.1.1.1"));
}

TEST_F(InterruptedBoot, IsUndoneBeforeTheLockIsFree) {
  CliRun kamal;
  kamal.servers.docker("1.1.1.1").add("shop-web-v1");
  interrupt_before(kamal, "docker run");
  EXPECT_EQ(kamal.run(boot_v2).status, 143);
  const std::vector<std::string> story =
      kamal.story.of({"xargs docker stop -t", "then rm -r .kamal/lock-shop ; else"});
  ASSERT_THAT(story, SizeIs(2));
  EXPECT_THAT(story[0], HasSubstr("docker stop"));
}

TEST_F(InterruptedBoot, StopsAContainerThatStartsAfterAll) {
  CliRun kamal;
  kamal.servers.docker("1.1.1.1").add("shop-web-v1");
  interrupt_before(kamal, "mkdir -p .kamal/apps/shop/env/roles");
  bool started = false;
  kamal.servers.before("1.1.1.1", "kamal-proxy list", [&] {
    if (kamal.interruption.signal() != 0 && !std::exchange(started, true))
      kamal.servers.docker("1.1.1.1").add("shop-web-v2");
  });
  EXPECT_EQ(kamal.run(boot_v2).status, 143);
  EXPECT_TRUE(started);
  EXPECT_THAT(kamal.servers.docker("1.1.1.1").running(), ElementsAre("shop-web-v1"));
}

TEST_F(InterruptedBoot, GivesTheContainerThatMadeRoomItsNameBack) {
  CliRun kamal;
  kamal.servers.docker("1.1.1.1").add("shop-web-v2");
  interrupt_before(kamal, "docker run");
  EXPECT_EQ(kamal.run(boot_v2).status, 143);
  EXPECT_THAT(kamal.story.of({"xargs docker stop", "xargs docker container rm"}),
              ElementsAre(HasSubstr("docker stop"), HasSubstr("docker container rm")));
  EXPECT_THAT(kamal.servers.docker("1.1.1.1").all(), ElementsAre("shop-web-v2"));
  EXPECT_THAT(kamal.servers.docker("1.1.1.1").running(), ElementsAre("shop-web-v2"));
}

TEST_F(InterruptedBoot, BeforeTheRenamingLeavesTheContainerAlone) {
  CliRun kamal;
  kamal.servers.docker("1.1.1.1").add("shop-web-v2");
  kamal.servers.docker("1.1.1.1").point("shop-web", "shop-web-v2");
  interrupt_before(kamal, "Renaming container");
  const CliRun::Result result = kamal.run({"app", "boot", "--version", "v2", "--rollback-on-failure"});
  EXPECT_EQ(result.status, 143);
  EXPECT_THAT(result.out, Not(HasSubstr("ERROR")));
  EXPECT_THAT(kamal.servers.docker("1.1.1.1").running(), ElementsAre("shop-web-v2"));
  EXPECT_THAT(kamal.story.of({"docker stop", "docker container rm"}), IsEmpty());
}

TEST_F(InterruptedBoot, OfAHostThatHasSwitchedIsFinished) {
  CliRun kamal;
  kamal.servers.docker("1.1.1.1").add("shop-web-v1");
  interrupt_before(kamal, "kamal-proxy deploy");  // it succeeds, but nobody waits for it
  const CliRun::Result result = kamal.run(boot_v2);
  EXPECT_EQ(result.status, 143);
  EXPECT_THAT(kamal.servers.docker("1.1.1.1").running(), ElementsAre("shop-web-v2"));
  EXPECT_THAT(result.out, HasSubstr("web on 1.1.1.1 already runs v2; keeping it"));
}

TEST_F(InterruptedBoot, GivesANewWorkerTimeToFinishItsJob) {
  CliRun kamal(worker_only);
  kamal.servers.docker("1.1.1.1").add("shop-workers-v1");
  interrupt_before(kamal, "docker run");
  EXPECT_EQ(kamal.run(boot_v2).status, 143);
  EXPECT_THAT(kamal.servers.docker("1.1.1.1").running(), ElementsAre("shop-workers-v1"));
  EXPECT_THAT(kamal.story.of({"xargs docker stop"}), ElementsAre(HasSubstr("xargs docker stop -t 5")));
}

// Docker stops the old one even if its client was ended.
TEST_F(InterruptedBoot, OfAWorkerThatIsHealthyIsFinished) {
  CliRun kamal(worker_only);
  kamal.servers.docker("1.1.1.1").add("shop-workers-v1");
  interrupt_before(kamal, "name=^shop-workers-v1$' --quiet | xargs docker stop");
  kamal.servers.answer("1.1.1.1", "name=^shop-workers-v1$' --quiet | xargs docker stop", {143, "", ""}, 1);
  const CliRun::Result result = kamal.run(boot_v2);
  EXPECT_EQ(result.status, 143);
  EXPECT_THAT(kamal.servers.docker("1.1.1.1").running(), ElementsAre("shop-workers-v2"));
  EXPECT_THAT(result.out, HasSubstr("workers on 1.1.1.1 already runs v2; keeping it"));
}

TEST_F(InterruptedBoot, GivesTheOldOneTheRequestsBackIfTheNewOneGotThemWhileItWasStopped) {
  CliRun kamal;
  kamal.servers.docker("1.1.1.1").add("shop-web-v1");
  kamal.servers.answer("1.1.1.1", "kamal-proxy deploy", {1, "", "interrupted\n"}, 1);
  interrupt_before(kamal, "kamal-proxy deploy");
  kamal.servers.before("1.1.1.1", "xargs docker stop -t",
                       [&] { kamal.servers.docker("1.1.1.1").point("shop-web", "shop-web-v2"); });
  const CliRun::Result result = kamal.run(boot_v2);
  EXPECT_EQ(result.status, 143);
  EXPECT_THAT(kamal.servers.docker("1.1.1.1").running(), ElementsAre("shop-web-v1"));
  EXPECT_THAT(result.err, HasSubstr("v1 is serving requests."));
}

TEST_F(InterruptedBoot, StopsNothingIfTheProxyDoesNotRespond) {
  CliRun kamal;
  kamal.servers.docker("1.1.1.1").add("shop-web-v1");
  kamal.servers.answer("1.1.1.1", "kamal-proxy list", {1, "", "rpc: timeout\n"});
  interrupt_before(kamal, "kamal-proxy deploy");
  const CliRun::Result result = kamal.run(boot_v2);
  EXPECT_EQ(result.status, 143);
  EXPECT_THAT(kamal.servers.docker("1.1.1.1").running(), UnorderedElementsAre("shop-web-v1", "shop-web-v2"));
  EXPECT_THAT(result.out, HasSubstr("Could not undo the boot of web on 1.1.1.1: kamal-proxy did not report"));
}

TEST_F(InterruptedBoot, SaysWhatCouldNotBeUndone) {
  CliRun kamal;
  kamal.servers.docker("1.1.1.1").add("shop-web-v1");
  interrupt_before(kamal, "docker run");
  kamal.servers.answer("1.1.1.1", "xargs docker stop -t", {1, "", "permission denied\n"});
  const CliRun::Result result = kamal.run(boot_v2);
  EXPECT_EQ(result.status, 143);
  EXPECT_THAT(result.out, HasSubstr("Could not undo the boot of web on 1.1.1.1: permission denied"));
}

TEST(LostConnection, OfAHostThatHasSwitchedEndsNothing) {
  CliRun kamal;
  kamal.servers.docker("1.1.1.1").add("shop-web-v1");
  kamal.servers.before("1.1.1.1", "kamal-proxy deploy", [&] {
    kamal.servers.docker("1.1.1.1").point("shop-web", "shop-web-v2");
    throw sshkit::ConnectionError("1.1.1.1 went away");
  });
  EXPECT_EQ(kamal.run(boot_v2).status, 0);
  EXPECT_THAT(kamal.servers.docker("1.1.1.1").running(), ElementsAre("shop-web-v2"));
}

TEST(LostConnection, BeforeTheSwitchEndsTheNewContainer) {
  CliRun kamal;
  kamal.servers.docker("1.1.1.1").add("shop-web-v1");
  kamal.servers.before("1.1.1.1", "kamal-proxy deploy",
                       [&] { throw sshkit::ConnectionError("1.1.1.1 went away"); });
  const CliRun::Result result = kamal.run(boot_v2);
  EXPECT_EQ(result.status, 1);
  EXPECT_THAT(result.err, HasSubstr("1.1.1.1 went away"));
  EXPECT_THAT(kamal.servers.docker("1.1.1.1").running(), ElementsAre("shop-web-v1"));
}

TEST(LostConnection, GivesTheOldOneTheRequestsBackIfTheNewOneGotThemWhileItWasStopped) {
  CliRun kamal;
  kamal.servers.docker("1.1.1.1").add("shop-web-v1");
  bool lost = false;
  kamal.servers.before("1.1.1.1", "kamal-proxy deploy", [&] {
    if (!std::exchange(lost, true)) throw sshkit::ConnectionError("1.1.1.1 went away");
  });
  kamal.servers.before("1.1.1.1", "xargs docker stop -t 0",
                       [&] { kamal.servers.docker("1.1.1.1").point("shop-web", "shop-web-v2"); });
  const CliRun::Result result = kamal.run(boot_v2);
  EXPECT_EQ(result.status, 1);
  EXPECT_THAT(result.err, HasSubstr("v1 is serving requests."));
  EXPECT_THAT(kamal.servers.docker("1.1.1.1").running(), ElementsAre("shop-web-v1"));
}

TEST(LostConnection, LeavesAContainerAloneThatMayServe) {
  CliRun kamal;
  kamal.servers.docker("1.1.1.1").add("shop-web-v1");
  kamal.servers.answer("1.1.1.1", "kamal-proxy list", {1, "", "rpc: timeout\n"});
  kamal.servers.before("1.1.1.1", "kamal-proxy deploy",
                       [&] { throw sshkit::ConnectionError("1.1.1.1 went away"); });
  const CliRun::Result result = kamal.run(boot_v2);
  EXPECT_EQ(result.status, 1);
  EXPECT_THAT(result.err, HasSubstr("Not stopping shop-web-v2, which may be serving requests"));
  EXPECT_THAT(kamal.servers.docker("1.1.1.1").running(), UnorderedElementsAre("shop-web-v1", "shop-web-v2"));
}

TEST(FailedBoot, KeepsItsCauseAndStopsItsContainerIfDockerDoesNotRespond) {
  CliRun kamal;
  kamal.servers.docker("1.1.1.1").add("shop-web-v1");
  kamal.servers.answer("1.1.1.1", "kamal-proxy deploy", {1, "", "target failed to become healthy\n"});
  kamal.servers.before("1.1.1.1", "kamal-proxy deploy", [&] {
    kamal.servers.answer("1.1.1.1", "docker ps --all --quiet",
                         {1, "", "Cannot connect to the Docker daemon\n"});
  });
  const CliRun::Result result = kamal.run(boot_v2);
  EXPECT_EQ(result.status, 1);
  EXPECT_THAT(result.err,
              AllOf(HasSubstr("target failed to become healthy"), HasSubstr("web on 1.1.1.1: unknown: ")));
  EXPECT_THAT(kamal.servers.docker("1.1.1.1").running(), ElementsAre("shop-web-v1"));
}

// After an interruption that left two versions running.
struct TwoVersions : ::testing::Test {
  TwoVersions() {
    kamal.servers.docker("1.1.1.1").add("shop-web-v1");
    kamal.servers.docker("1.1.1.1").add("shop-web-v2");
    kamal.servers.docker("1.1.1.1").point("shop-web", "shop-web-v1");
  }
  CliRun kamal;
};

constexpr const char* stops_v1 = "name=^shop-web-v1$' --quiet | xargs docker stop";
constexpr const char* stops_v2 = "name=^shop-web-v2$' --quiet | xargs docker stop";

TEST_F(TwoVersions, KeepTheOneThatServesUntilTheNextOneDoes) {
  EXPECT_EQ(kamal.run({"redeploy", "-P", "--version", "v3"}).status, 0);
  EXPECT_THAT(kamal.story.of({stops_v1, stops_v2, "kamal-proxy deploy"}),
              ElementsAre(HasSubstr(stops_v2), HasSubstr("kamal-proxy deploy"), HasSubstr(stops_v1)));
}

TEST_F(TwoVersions, FollowKamalsRuleIfTheProxySaysNothing) {
  kamal.servers.answer("1.1.1.1", "kamal-proxy list", {1, "", "no such container\n"});
  EXPECT_EQ(kamal.run({"app", "stale_containers", "--stop"}).status, 0);
  EXPECT_THAT(kamal.servers.docker("1.1.1.1").running(), ElementsAre("shop-web-v2"));
}

TEST_F(TwoVersions, AreNotBothStaleWhereTheProxyPointsAtAnotherThatHasStopped) {
  kamal.servers.docker("1.1.1.1").add("shop-web-v0", false);
  kamal.servers.docker("1.1.1.1").point("shop-web", "shop-web-v0");
  EXPECT_EQ(kamal.run({"app", "stale_containers", "--stop"}).status, 0);
  EXPECT_THAT(kamal.servers.docker("1.1.1.1").running(), ElementsAre("shop-web-v2"));
}

TEST_F(TwoVersions, AreNotStaleWhereTheProxyPoints) {
  const CliRun::Result result = kamal.run({"app", "stale_containers"});
  EXPECT_EQ(result.status, 0);
  EXPECT_THAT(result.out, AllOf(HasSubstr("Detected stale container for role web with version v2"),
                                Not(HasSubstr("version v1"))));
}

TEST_F(TwoVersions, LeaveTheOneThatServesToARollback) {
  kamal.servers.docker("1.1.1.1").add("shop-web-v0", false);
  EXPECT_EQ(kamal.run({"rollback", "v0"}).status, 0);
  EXPECT_THAT(kamal.story.of({stops_v1, "kamal-proxy deploy"}),
              ElementsAre(HasSubstr("kamal-proxy deploy"), HasSubstr(stops_v1)));
}

}  // namespace
}  // namespace kamal
