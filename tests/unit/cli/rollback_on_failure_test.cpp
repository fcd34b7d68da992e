#include <gmock/gmock.h>
#include <gtest/gtest.h>

#include <csignal>

#include "unit/cli/cli_run.h"

namespace kamal {
namespace {

using test::CliRun;
using ::testing::AllOf;
using ::testing::ElementsAre;
using ::testing::HasSubstr;
using ::testing::IsEmpty;
using ::testing::Not;
using ::testing::SizeIs;

constexpr const char* one_after_the_other = "servers: [ 1.1.1.1, 1.1.1.2 ]\nboot: { limit: 1 }\n";

struct HalfADeploy : ::testing::Test {
  explicit HalfADeploy(const std::string& more = "") : kamal(one_after_the_other + more) {
    for (const char* host : {"1.1.1.1", "1.1.1.2"}) {
      kamal.servers.docker(host).add("shop-web-v1");
      kamal.servers.docker(host).point("shop-web", "shop-web-v1");
    }
    kamal.servers.answer("1.1.1.2", "kamal-proxy deploy", {1, "", "target failed to become healthy\n"});
  }
  std::vector<std::string> running(const std::string& host) { return kamal.servers.docker(host).running(); }
  CliRun kamal;
};

struct HalfADeployWithTheSetting : HalfADeploy {
  HalfADeployWithTheSetting() : HalfADeploy("x-kamal: { rollback_on_failure: true }\n") {}
};

TEST_F(HalfADeploy, StaysHalfUnlessAskedOtherwise) {
  EXPECT_EQ(kamal.run({"app", "boot", "--version", "v2"}).status, 1);
  EXPECT_THAT(running("1.1.1.1"), ElementsAre("shop-web-v2"));
  EXPECT_THAT(running("1.1.1.2"), ElementsAre("shop-web-v1"));
}

TEST_F(HalfADeploy, IsRolledBackWhereItHasSwitched) {
  const CliRun::Result result = kamal.run({"app", "boot", "--version", "v2", "--rollback-on-failure"});
  EXPECT_EQ(result.status, 1);
  EXPECT_THAT(running("1.1.1.1"), ElementsAre("shop-web-v1"));
  EXPECT_THAT(running("1.1.1.2"), ElementsAre("shop-web-v1"));
  EXPECT_THAT(result.out, HasSubstr("Rolling back web on 1.1.1.1 to v1"));
  EXPECT_THAT(result.err,
              HasSubstr("target failed to become healthy\nRolled back web on 1.1.1.1.\n  web on "));
  EXPECT_THAT(
      kamal.story.of({"audit: [web] Rolling back", "docker start", "then rm -r .kamal/lock-shop ; else"}),
      ElementsAre("1.1.1.1: audit: [web] Rolling back web on 1.1.1.1 to v1",
                  "1.1.1.1: docker start shop-web-v1", HasSubstr("lock-shop")));
  EXPECT_THAT(kamal.story.of({"docker tag"}),
              ElementsAre("1.1.1.1: docker tag acme/shop:v1 acme/shop:latest"));
}

TEST_F(HalfADeploy, GivesTheOldOneTheRequestsBeforeTheNewOneStops) {
  EXPECT_EQ(kamal.run({"app", "boot", "--version", "v2", "--rollback-on-failure"}).status, 1);
  const std::vector<std::string> story =
      kamal.story.of({"1.1.1.1: docker exec kamal-proxy kamal-proxy deploy",
                      "1.1.1.1: docker container ls --all --filter "
                      "'name=^shop-web-v2$' --quiet | xargs docker stop"});
  ASSERT_THAT(story, SizeIs(3));
  EXPECT_THAT(story[1], HasSubstr("--target=id-shop-web-v1"));
  EXPECT_THAT(story[2], HasSubstr("docker stop"));
}

TEST_F(HalfADeploy, RunsNoHookForIt) {
  kamal.add_hook("post-app-boot");
  kamal.add_hook("post-deploy");
  EXPECT_EQ(kamal.run({"app", "boot", "--version", "v2", "--rollback-on-failure"}).status, 1);
  EXPECT_THAT(kamal.story.of({"here: .kamal/hooks"}), SizeIs(1));
}

TEST_F(HalfADeploy, SaysWhatCouldNotBeRolledBack) {
  kamal.servers.answer("1.1.1.1", "docker start", {1, "", "no such container\n"});
  const CliRun::Result result = kamal.run({"app", "boot", "--version", "v2", "--rollback-on-failure"});
  EXPECT_EQ(result.status, 1);
  EXPECT_THAT(result.out,
              AllOf(HasSubstr("Could not roll back web on 1.1.1.1: "), HasSubstr("no such container")));
  EXPECT_THAT(result.err, Not(HasSubstr("Rolled back")));
  EXPECT_THAT(running("1.1.1.1"), ElementsAre("shop-web-v2"));
}

TEST_F(HalfADeploy, IsRolledBackAfterASignalToo) {
  kamal.servers.before("1.1.1.2", "docker run", [&] { kamal.interruption.request(SIGINT); });
  EXPECT_EQ(kamal.run({"app", "boot", "--version", "v2", "--rollback-on-failure"}).status, 130);
  EXPECT_THAT(running("1.1.1.1"), ElementsAre("shop-web-v1"));
  EXPECT_THAT(running("1.1.1.2"), ElementsAre("shop-web-v1"));
}

TEST_F(HalfADeployWithTheSetting, IsRolledBack) {
  EXPECT_EQ(kamal.run({"app", "boot", "--version", "v2"}).status, 1);
  EXPECT_THAT(running("1.1.1.1"), ElementsAre("shop-web-v1"));
}

TEST_F(HalfADeployWithTheSetting, StaysHalfIfTheCommandLineSaysSo) {
  EXPECT_EQ(kamal.run({"app", "boot", "--version", "v2", "--no-rollback-on-failure"}).status, 1);
  EXPECT_THAT(running("1.1.1.1"), ElementsAre("shop-web-v2"));
}

TEST(ARebootOfTheSameVersion, IsRolledBackToTheContainerThatMadeRoom) {
  CliRun kamal(one_after_the_other);
  for (const char* host : {"1.1.1.1", "1.1.1.2"}) kamal.servers.docker(host).add("shop-web-v2");
  kamal.servers.answer("1.1.1.2", "kamal-proxy deploy", {1, "", "target failed to become healthy\n"});
  EXPECT_EQ(kamal.run({"app", "boot", "--version", "v2", "--rollback-on-failure"}).status, 1);
  EXPECT_THAT(kamal.servers.docker("1.1.1.1").all(), ElementsAre("shop-web-v2"));
  EXPECT_THAT(kamal.servers.docker("1.1.1.1").running(), ElementsAre("shop-web-v2"));
}

// What an earlier reboot of v1 that failed has left.
TEST(AContainerThatMadeRoom, IsRolledBackToWithTheAssetsOfItsImage) {
  CliRun kamal(std::string(one_after_the_other) + "asset_path: /app/public/assets\n");
  for (const char* host : {"1.1.1.1", "1.1.1.2"}) kamal.servers.docker(host).add("shop-web-v1_replaced_01");
  kamal.servers.answer("1.1.1.2", "kamal-proxy deploy", {1, "", "target failed to become healthy\n"});
  kamal.servers.answer("*", "acme/shop:v1_replaced_01", {1, "", "no such image\n"});
  EXPECT_EQ(kamal.run({"app", "boot", "--version", "v2", "--rollback-on-failure"}).status, 1);
  EXPECT_THAT(kamal.servers.docker("1.1.1.1").running(), ElementsAre("shop-web-v1_replaced_01"));
  EXPECT_THAT(kamal.story.of({"docker tag"}),
              ElementsAre("1.1.1.1: docker tag acme/shop:v1 acme/shop:latest"));
}

TEST(AWorker, IsRolledBackIfItsConnectionBreaksWhileTheOldOneStops) {
  CliRun kamal(
      "readiness_delay: 0\nprimary_role: workers\n"
      "servers: { workers: { hosts: [ 1.1.1.1 ], cmd: bin/jobs, proxy: false } }\n");
  kamal.servers.docker("1.1.1.1").add("shop-workers-v1");
  kamal.servers.before("1.1.1.1", "name=^shop-workers-v1$' --quiet | xargs docker stop",
                       [] { throw sshkit::ConnectionError("1.1.1.1 went away"); });
  EXPECT_EQ(kamal.run({"app", "boot", "--version", "v2", "--rollback-on-failure"}).status, 1);
  EXPECT_THAT(kamal.servers.docker("1.1.1.1").running(), ElementsAre("shop-workers-v1"));
}

TEST(AVersion, IsNotLoggedAsDeployedWhereItCouldNotBeTagged) {
  CliRun kamal;
  kamal.servers.answer("1.1.1.1", "docker tag", {1, "", "no space left on device\n"});
  EXPECT_EQ(kamal.run({"app", "boot", "--version", "v2"}).status, 1);
  EXPECT_THAT(kamal.story.of({"docker tag", "audit: Tagging"}), SizeIs(1));
}

// A container that dies after it was healthy.
struct Settling : ::testing::Test {
  Settling() { kamal.servers.docker("1.1.1.1").add("shop-web-v1"); }
  void after_the_switch(const std::function<void(test::FakeDocker::Container&)>& change) {
    kamal.servers.before("1.1.1.1", "kamal-proxy list", [this, change] {
      if (++looks == 3) change(kamal.servers.docker("1.1.1.1").at("shop-web-v2"));
    });
  }
  CliRun kamal{"hooks_output: quiet"};
  int looks = 0;
  const std::vector<std::string> boot = {"app", "boot", "--version", "v2", "--settle", "10"};
};

TEST_F(Settling, LooksUntilTheTimeIsUp) {
  const CliRun::Result result = kamal.run(boot);
  EXPECT_EQ(result.status, 0) << result.err;
  EXPECT_THAT(result.out, HasSubstr("Watching the new containers for 10 seconds..."));
  EXPECT_THAT(kamal.story.of({"docker tag"}), SizeIs(1));
}

TEST_F(Settling, FailsIfTheContainerDies) {
  after_the_switch([](auto& container) {
    container.running = false;
    container.exit_code = 137;
  });
  kamal.servers.answer("1.1.1.1", "xargs docker logs", {0, "out of memory\n", ""});
  const CliRun::Result result = kamal.run(boot);
  EXPECT_EQ(result.status, 1);
  EXPECT_THAT(result.err, AllOf(HasSubstr("shop-web-v2 did not stay up: exited with status 137"),
                                HasSubstr("out of memory")));
  EXPECT_THAT(kamal.story.of({"docker tag"}), IsEmpty());
}

TEST_F(Settling, RedactsSecretsInTheCause) {
  CliRun with_secret("env: { secret: [ TOKEN ] }");
  with_secret.write(".kamal/secrets", "TOKEN=opensesame\n");
  with_secret.servers.answer("1.1.1.1", "Target health updated", {0, R"("state":"unhealthy")", ""});
  with_secret.servers.answer("1.1.1.1", "xargs docker logs", {0, "bad token opensesame\n", ""});
  const CliRun::Result result = with_secret.run(boot);
  EXPECT_EQ(result.status, 1);
  EXPECT_THAT(result.err, HasSubstr("bad token [REDACTED]"));
}

TEST_F(Settling, FailsIfTheContainerRestarts) {
  after_the_switch([](auto& container) { container.restarts = 1; });
  EXPECT_THAT(kamal.run(boot).err, HasSubstr("did not stay up: running, restarted 1 time"));
}

TEST_F(Settling, FailsIfTheContainerRestartsWhileTheOldOneStops) {
  kamal.servers.before("1.1.1.1", "name=^shop-web-v1$' --quiet | xargs docker stop",
                       [&] { kamal.servers.docker("1.1.1.1").at("shop-web-v2").restarts = 1; });
  EXPECT_THAT(kamal.run(boot).err, HasSubstr("did not stay up: running, restarted 1 time"));
}

TEST_F(Settling, ForgivesARestartBeforeTheSwitch) {
  kamal.servers.before("1.1.1.1", "kamal-proxy deploy",
                       [&] { kamal.servers.docker("1.1.1.1").at("shop-web-v2").restarts = 1; });
  EXPECT_EQ(kamal.run(boot).status, 0);
  EXPECT_THAT(kamal.story.of({"docker tag"}), SizeIs(1));
}

TEST_F(Settling, FailsIfItsHealthCheckDoes) {
  after_the_switch([](auto& container) { container.health = "unhealthy"; });
  EXPECT_THAT(kamal.run(boot).err, HasSubstr("did not stay up: running, unhealthy"));
}

TEST_F(Settling, FailsIfTheProxySeesItUnhealthy) {
  kamal.servers.answer(
      "1.1.1.1", "Target health updated",
      {0, R"({"msg":"Target health updated","target":"id-shop-web-:80","state":"unhealthy"})", ""});
  EXPECT_THAT(kamal.run(boot).err, HasSubstr("kamal-proxy reports it as unhealthy"));
}

TEST(NoSettling, IsTheDefault) {
  CliRun kamal;
  const CliRun::Result result = kamal.run({"app", "boot", "--version", "v2"});
  EXPECT_EQ(result.status, 0);
  EXPECT_THAT(result.out, Not(HasSubstr("Watching the new containers")));
}

}  // namespace
}  // namespace kamal
