#include <gmock/gmock.h>
#include <gtest/gtest.h>

#include <csignal>

#include "kamal/sshkit/executor.h"
#include "support/there.h"
#include "support/waiting.h"
#include "unit/cli/cli_run.h"

namespace kamal {
namespace {

using namespace std::chrono_literals;
using test::CliRun;
using ::testing::AllOf;
using ::testing::Contains;
using ::testing::Each;
using ::testing::ElementsAre;
using ::testing::HasSubstr;
using ::testing::IsEmpty;
using ::testing::Not;
using ::testing::SizeIs;
using ::testing::StartsWith;
using ::testing::UnorderedElementsAre;

constexpr const char* web_and_worker = R"(
readiness_delay: 0
deploy_timeout: 10
servers:
  web: [ 1.1.1.1 ]
  workers: { hosts: [ 1.1.1.2 ], cmd: bin/jobs }
)";

constexpr const char* two_webs_and_worker = R"(
readiness_delay: 0
servers:
  web: [ 1.1.1.1, 1.1.1.2 ]
  workers: { hosts: [ 1.1.1.3 ], cmd: bin/jobs }
)";

const std::vector<std::string> boot_v2 = {"app", "boot", "--version", "v2"};

constexpr const char* asks_status = "docker inspect --format '{{if";

TEST(Boot, WithoutASecretNamesTheKeyThatRequiresIt) {
  CliRun kamal("servers: { web: { hosts: [ 1.1.1.1 ], env: { secret: [ TOKEN ] } } }");
  const CliRun::Result result = kamal.run(boot_v2);
  EXPECT_EQ(result.status, 1);
  EXPECT_THAT(result.err, AllOf(HasSubstr("TOKEN"), HasSubstr("servers/web/env/secret")));
}

TEST(Boot, RenamesAContainerOfTheSameVersion) {
  CliRun kamal;
  kamal.servers.docker("1.1.1.1").add("shop-web-v2");
  EXPECT_EQ(kamal.run(boot_v2).status, 0);
  EXPECT_THAT(
      kamal.story.of({"docker rename", "Renaming", "docker run", "docker stop"}),
      ElementsAre("1.1.1.1: audit: [web] Renaming container v2 to v2_replaced_0123456789abcdef",
                  "1.1.1.1: docker rename shop-web-v2 shop-web-v2_replaced_0123456789abcdef",
                  StartsWith("1.1.1.1: docker run --detach"),
                  HasSubstr("'name=^shop-web-v2_replaced_0123456789abcdef$' --quiet | xargs docker stop")));
}

TEST(Boot, StopsWhatRanAlsoWhereAStoppedContainerHasTheVersion) {
  CliRun kamal;
  kamal.servers.docker("1.1.1.1").add("shop-web-v2", false);
  kamal.servers.docker("1.1.1.1").add("shop-web-v1");
  EXPECT_EQ(kamal.run(boot_v2).status, 0);
  EXPECT_THAT(kamal.servers.docker("1.1.1.1").running(), ElementsAre("shop-web-v2"));
}

TEST(Boot, WithoutAVersionTakesTheLatestImage) {
  CliRun kamal;
  EXPECT_THAT(kamal.run({"app", "boot"}).out, HasSubstr("Get most recent version available as an image..."));
  EXPECT_THAT(kamal.story.of({"docker run"}), ElementsAre(HasSubstr("--name shop-web-latest ")));
}

TEST(Boot, UploadsSecretsReadableByTheirOwnerOnly) {
  CliRun kamal("env: { secret: [ TOKEN ] }");
  kamal.write(".kamal/secrets", "TOKEN=tea pot\n");
  kamal.run(boot_v2);
  EXPECT_EQ(kamal.servers.uploads["1.1.1.1:.kamal/apps/shop/env/roles/web.env"], "TOKEN=tea pot\n");
  EXPECT_THAT(kamal.asked("1.1.1.1"), Contains("upload .kamal/apps/shop/env/roles/web.env 0600"));
}

TEST(Boot, WithoutASecretChangesNothing) {
  CliRun kamal("env: { secret: [ TOKEN ] }");
  kamal.servers.docker("1.1.1.1").add("shop-web-v2");
  const CliRun::Result result = kamal.run(boot_v2);
  EXPECT_EQ(result.status, 1);
  EXPECT_EQ(result.err,
            "  ERROR env/secret: secret TOKEN not found: no secrets file (looked for "
            ".kamal/secrets-common and .kamal/secrets)\n"
            "The boot of v2 failed. It changed nothing on the servers.\n"
            "Next: fix the cause and run `kamal app boot --version v2`\n");
  EXPECT_THAT(kamal.asked("1.1.1.1"), IsEmpty());
}

TEST(Boot, SwapsAssetsOfOldAndNewVersionBeforeAnythingStarts) {
  CliRun kamal("asset_path: /app/public\nservers: [ 1.1.1.1, 1.1.1.2 ]\n");
  kamal.servers.docker("1.1.1.1").add("shop-web-v1");
  EXPECT_EQ(kamal.run(boot_v2).status, 0);
  const std::vector<std::string> story =
      kamal.story.of({"container create --name shop-web-assets", "cp -rnT", "docker run"});
  ASSERT_THAT(story, SizeIs(6));
  EXPECT_THAT(std::vector(story.begin(), story.begin() + 4), Each(Not(HasSubstr("docker run"))));
  EXPECT_THAT(story, Contains(AllOf(StartsWith("1.1.1.1: "), HasSubstr("volumes/web-v1"))));
}

TEST(Boot, RemovesOldAssetsWhenTheOldVersionHasStopped) {
  CliRun kamal("asset_path: /app/public");
  kamal.servers.docker("1.1.1.1").add("shop-web-v1");
  kamal.run(boot_v2);
  EXPECT_THAT(kamal.story.of({"docker stop", "find .kamal/apps/shop/assets"}),
              ElementsAre(HasSubstr("docker stop"), HasSubstr("find .kamal/apps/shop/assets/extracted")));
}

TEST(Boot, RemovesOldErrorPagesWhenTheOldVersionHasStopped) {
  CliRun kamal("error_pages_path: public");
  kamal.write("public/503.html", "Not now");
  kamal.servers.docker("1.1.1.1").add("shop-web-v1");
  EXPECT_EQ(kamal.run(boot_v2).status, 0);
  EXPECT_THAT(kamal.story.of({"docker stop", "-exec rm"}),
              ElementsAre(HasSubstr("docker stop"), AllOf(HasSubstr("error_pages -mindepth 1"),
                                                          HasSubstr("'!' -name v2 -exec rm -rf"))));
}

TEST(BootOfAWorker, WaitsForTheFirstHealthyWebContainer) {
  CliRun kamal(web_and_worker);
  EXPECT_EQ(kamal.run(boot_v2).status, 0);
  EXPECT_THAT(kamal.story.of({"docker run", "kamal-proxy deploy"}),
              ElementsAre(StartsWith("1.1.1.1: docker run"), HasSubstr("kamal-proxy deploy shop-web"),
                          StartsWith("1.1.1.2: docker run")));
}

TEST(BootOfAWorker, ReportsWhatItWaitsFor) {
  CliRun kamal(web_and_worker);
  EXPECT_THAT(
      kamal.run(boot_v2).out,
      AllOf(HasSubstr("Waiting for the first healthy web container before booting workers on 1.1.1.2..."),
            HasSubstr("First web container is healthy on 1.1.1.1, booting any other roles"),
            HasSubstr("First web container is healthy, booting workers on 1.1.1.2...")));
}

TEST(BootOfAWorker, PollsItsStateUntilItRuns) {
  CliRun kamal(web_and_worker);
  kamal.servers.answer("1.1.1.2", asks_status, {0, "starting\n", ""}, 2);
  EXPECT_EQ(kamal.run(boot_v2).status, 0);
  EXPECT_THAT(kamal.story.of({asks_status}), SizeIs(3));
  EXPECT_THAT(kamal.clock.sleeps(), ElementsAre(1s, 2s));
}

TEST(BootOfAWorker, TrustsAHealthCheckOfTheImage) {
  CliRun kamal(web_and_worker);
  kamal.servers.answer("1.1.1.2", asks_status, {0, "healthy\n", ""});
  EXPECT_EQ(kamal.run(boot_v2).status, 0);
  EXPECT_THAT(kamal.story.of({asks_status}), SizeIs(1));
  EXPECT_THAT(kamal.clock.sleeps(), IsEmpty());
}

TEST(BootOfAWorker, ChecksAgainAfterTheReadinessDelay) {
  CliRun kamal("readiness_delay: 7\nservers: { web: [ 1.1.1.1 ], workers: { hosts: [ 1.1.1.2 ] } }");
  EXPECT_EQ(kamal.run(boot_v2).status, 0);
  EXPECT_THAT(kamal.story.of({asks_status}), SizeIs(2));
  EXPECT_THAT(kamal.clock.sleeps(), ElementsAre(7s));
}

TEST(BootOfAWorker, FailsWhereItDiesDuringTheReadinessDelay) {
  CliRun kamal(
      "readiness_delay: 7\ndeploy_timeout: 5\nservers: { web: [ 1.1.1.1 ], workers: { hosts: [ 1.1.1.2 ] } "
      "}");
  kamal.servers.answer("1.1.1.2", asks_status, {0, "exited\n", ""});
  kamal.servers.answer("1.1.1.2", asks_status, {0, "running\n", ""}, 1);
  const CliRun::Result result = kamal.run(boot_v2);
  EXPECT_EQ(result.status, 1);
  EXPECT_THAT(result.err, HasSubstr("container not ready after 5 seconds (exited)"));
}

TEST(BootOfAWorker, GivesUpAfterTheDeployTimeout) {
  CliRun kamal(web_and_worker);
  kamal.servers.docker("1.1.1.2").add("shop-workers-v1");
  kamal.servers.answer("1.1.1.2", asks_status, {0, "unhealthy\n", ""});
  const CliRun::Result result = kamal.run(boot_v2);
  EXPECT_EQ(result.status, 1);
  EXPECT_THAT(result.err, HasSubstr("container not ready after 10 seconds (unhealthy)"));
  EXPECT_THAT(kamal.clock.sleeps(), ElementsAre(1s, 2s, 3s, 4s));
}

TEST(BootOfAWorker, ThatFailsLeavesTheOldOneRunning) {
  CliRun kamal(web_and_worker);
  kamal.servers.docker("1.1.1.2").add("shop-workers-v1");
  kamal.servers.answer("1.1.1.2", asks_status, {0, "unhealthy\n", ""});
  EXPECT_EQ(kamal.run(boot_v2).status, 1);
  EXPECT_THAT(kamal.servers.docker("1.1.1.2").all(),
              UnorderedElementsAre("shop-workers-v1", "shop-workers-v2"));
  EXPECT_THAT(kamal.servers.docker("1.1.1.2").running(), ElementsAre("shop-workers-v1"));
}

TEST(BootOfAWorker, StopsTheOldOneOnlyWhenItIsHealthy) {
  CliRun kamal(web_and_worker);
  kamal.servers.docker("1.1.1.2").add("shop-workers-v1");
  kamal.run(boot_v2);
  EXPECT_THAT(kamal.story.of({asks_status, "workers-v1$' --quiet | xargs docker stop"}),
              ElementsAre(HasSubstr(asks_status), HasSubstr("docker stop -t 30")));
}

// kamal-proxy says that the new container does not get healthy.
void make_unhealthy(CliRun& kamal, const std::string& host) {
  kamal.servers.answer(host, "kamal-proxy deploy", {1, "", "Error: target failed to become healthy\n"});
}

TEST(UnhealthyBoot, FailsWithTheCause) {
  CliRun kamal;
  make_unhealthy(kamal, "1.1.1.1");
  const CliRun::Result result = kamal.run(boot_v2);
  EXPECT_EQ(result.status, 1);
  EXPECT_THAT(result.err,
              AllOf(HasSubstr("on host 1.1.1.1"), HasSubstr("Error: target failed to become healthy")));
}

TEST(UnhealthyBoot, KeepsTheOldContainerAndStopsTheNewOne) {
  CliRun kamal;
  kamal.servers.docker("1.1.1.1").add("shop-web-v1");
  make_unhealthy(kamal, "1.1.1.1");
  EXPECT_EQ(kamal.run(boot_v2).status, 1);
  EXPECT_THAT(kamal.servers.docker("1.1.1.1").all(), UnorderedElementsAre("shop-web-v1", "shop-web-v2"));
  EXPECT_THAT(kamal.servers.docker("1.1.1.1").running(), ElementsAre("shop-web-v1"));
}

TEST(UnhealthyBoot, TagsNothing) {
  CliRun kamal;
  make_unhealthy(kamal, "1.1.1.1");
  EXPECT_EQ(kamal.run(boot_v2).status, 1);
  EXPECT_THAT(kamal.story.of({"docker run", "docker tag"}), ElementsAre(HasSubstr("docker run")));
}

TEST(UnhealthyBoot, ReleasesTheLock) {
  CliRun kamal;
  make_unhealthy(kamal, "1.1.1.1");
  kamal.run(boot_v2);
  EXPECT_THAT(kamal.asked("1.1.1.1"), Contains(StartsWith("if [ ! -d .kamal/lock-shop ]")));
}

TEST(UnhealthyBoot, ShowsStatusLogAndHealthOfEveryFailedHost) {
  CliRun kamal(two_webs_and_worker);
  for (const std::string host : {"1.1.1.1", "1.1.1.2"}) {
    make_unhealthy(kamal, host);
    kamal.servers.answer(host, "xargs docker logs", {0, "boom on " + host + "\n", ""});
    kamal.servers.answer(host, "{{json .State.Health}}",
                         {0, "{\"Status\":\"unhealthy\"} " + host + "\n", ""});
  }
  const CliRun::Result result = kamal.run(boot_v2);
  for (const std::string host : {"1.1.1.1", "1.1.1.2"}) {
    EXPECT_THAT(result.out, AllOf(HasSubstr("Failed to boot web on " + host),
                                  HasSubstr("Status of web on " + host + ":\nrunning"),
                                  HasSubstr("Last log lines of web on " + host + ":\nboom on " + host),
                                  HasSubstr("Health check output of web on " + host +
                                            ":\n{\"Status\":\"unhealthy\"} " + host)));
    EXPECT_THAT(result.err, HasSubstr(host + ": "));
  }
}

TEST(UnhealthyBoot, NamesTheProxysRefusalAsTheCause) {
  CliRun kamal("proxy: { host: shop.test, ssl: true, path_prefix: /api }");
  const std::string refusal = "TLS settings must be specified on the root path service";
  kamal.servers.answer("1.1.1.1", "kamal-proxy deploy",
                       {1, "", "Error: service options invalid: " + refusal + "\n"});
  const CliRun::Result result = kamal.run(boot_v2);
  EXPECT_EQ(result.status, 1);
  EXPECT_THAT(kamal.story.of({"kamal-proxy deploy"}), SizeIs(1));
  EXPECT_THAT(result.out, AllOf(HasSubstr("Failed to boot web on 1.1.1.1"), HasSubstr(refusal)));
  EXPECT_THAT(result.err, AllOf(HasSubstr("proxy/path_prefix: kamal-proxy rejects ssl below the root path"),
                                HasSubstr("stderr: Error: service options invalid: " + refusal)));
}

TEST(UnhealthyBoot, OfTheFirstRoleKeepsTheOthersFromBooting) {
  CliRun kamal(web_and_worker);
  kamal.servers.docker("1.1.1.2").add("shop-workers-v1");
  make_unhealthy(kamal, "1.1.1.1");
  const CliRun::Result result = kamal.run(boot_v2);
  EXPECT_EQ(result.status, 1);
  EXPECT_THAT(result.out, HasSubstr("First web container is unhealthy, not booting workers on 1.1.1.2"));
  EXPECT_THAT(kamal.servers.docker("1.1.1.2").all(), ElementsAre("shop-workers-v1"));
}

TEST(UnhealthyBoot, OfAContainerThatVanishesBeforeItIsKnownToTheProxy) {
  CliRun kamal;
  kamal.servers.answer("1.1.1.1", "'name=^shop-web-v2$' --quiet", {0, "", ""});
  const CliRun::Result result = kamal.run(boot_v2);
  EXPECT_EQ(result.status, 1);
  EXPECT_THAT(kamal.story.of({"kamal-proxy deploy"}), IsEmpty());
  EXPECT_THAT(result.out, HasSubstr("Failed to boot web on 1.1.1.1"));
}

TEST(Boot, WarnsIfTheOldVersionStillRuns) {
  CliRun kamal;
  kamal.servers.docker("1.1.1.1").add("shop-web-v1");
  kamal.servers.answer("1.1.1.1", "xargs docker stop",
                       {123, "", "Error response from daemon: permission denied\n"});
  const CliRun::Result result = kamal.run(boot_v2);
  EXPECT_EQ(result.status, 0);
  EXPECT_THAT(
      result.out,
      HasSubstr("shop-web-v1 is still running on 1.1.1.1, until the next deploy: docker stop: permission "
                "denied\n"));
}

TEST(Boot, IgnoresThatTheOldVersionIsGone) {
  CliRun kamal;
  kamal.servers.docker("1.1.1.1").add("shop-web-v1");
  kamal.servers.answer("1.1.1.1", "xargs docker stop", {123, "", "Error: No such container: abc\n"});
  const CliRun::Result result = kamal.run(boot_v2);
  EXPECT_EQ(result.status, 0);
  EXPECT_THAT(result.out, AllOf(HasSubstr("docker stop"), Not(HasSubstr("is still running"))));
}

TEST(Barrier, ClosesWhereTheContainerCantBeStarted) {
  CliRun kamal(web_and_worker);
  kamal.servers.answer("1.1.1.1", "docker run", {125, "", "no such image\n"});
  const CliRun::Result result = kamal.run(boot_v2);
  EXPECT_EQ(result.status, 1);
  EXPECT_THAT(result.err, AllOf(HasSubstr("no such image"), HasSubstr("Halted at barrier")));
}

TEST(Barrier, ClosesWhereTheOnlyWebHostCanNoLongerBeReached) {
  CliRun kamal(web_and_worker);
  kamal.add_hook("pre-app-boot");
  kamal.processes.answer(".kamal/hooks/pre-app-boot", [&](const Process&) {
    kamal.servers.unreachable("1.1.1.1");
    return test::says("");
  });
  const CliRun::Result result = kamal.run(boot_v2);
  EXPECT_EQ(result.status, 1);
  EXPECT_THAT(result.err, HasSubstr("1.1.1.1: Can't connect to 1.1.1.1"));
  EXPECT_THAT(kamal.story.of({"1.1.1.2: docker run"}), IsEmpty());
}

TEST(Barrier, ClosesWhereTheConnectionBreaks) {
  CliRun kamal(web_and_worker);
  kamal.servers.before("1.1.1.1", "docker run", [] { throw sshkit::ConnectionError("1.1.1.1 went away"); });
  const CliRun::Result result = kamal.run(boot_v2);
  EXPECT_EQ(result.status, 1);
  EXPECT_THAT(result.err, HasSubstr("1.1.1.1 went away"));
}

TEST(Barrier, ClosesWhereTheClashingContainerCantBeRenamed) {
  CliRun kamal(web_and_worker);
  kamal.servers.docker("1.1.1.1").add("shop-web-v2");
  kamal.servers.answer("1.1.1.1", "docker rename", {1, "", "rename failed\n"});
  EXPECT_THAT(kamal.run(boot_v2).err, AllOf(HasSubstr("rename failed"), HasSubstr("Halted at barrier")));
}

TEST(Barrier, ClosesWhenInterrupted) {
  CliRun kamal(web_and_worker);
  kamal.servers.before("1.1.1.1", "docker run", [&] { kamal.interruption.request(SIGINT); });
  EXPECT_EQ(kamal.run(boot_v2).status, 130);
  EXPECT_THAT(kamal.story.of({"1.1.1.2: docker run"}), IsEmpty());
}

TEST(Barrier, StaysOpenForTheNextGroup) {
  CliRun kamal(
      "boot: { limit: 1 }\nreadiness_delay: 0\nservers: { web: [ 1.1.1.1 ], workers: { hosts: [ 1.1.1.2 ] } "
      "}");
  EXPECT_EQ(kamal.run(boot_v2).status, 0);
  EXPECT_THAT(kamal.story.of({"docker run"}), ElementsAre(StartsWith("1.1.1.1: "), StartsWith("1.1.1.2: ")));
}

TEST(Barrier, DoesNotBlockWorkersAlone) {
  CliRun kamal(web_and_worker);
  EXPECT_EQ(kamal.run({"app", "boot", "--version", "v2", "-r", "workers"}).status, 0);
  EXPECT_THAT(kamal.story.of({"docker run"}), ElementsAre(StartsWith("1.1.1.2: ")));
}

TEST(Barrier, DoesNotBlockIfTheFirstSelectedHostHasNoRole) {
  CliRun kamal(
      "readiness_delay: 0\nservers: { web: [ 1.1.1.1 ], workers: { hosts: [ 1.1.1.2 ] } }\n"
      "accessories: { redis: { image: redis, host: 1.1.1.3 } }\n");
  EXPECT_EQ(kamal.run({"app", "boot", "--version", "v2", "-h", "1.1.1.3,1.1.1.2"}).status, 0);
  EXPECT_THAT(kamal.story.of({"docker run"}), ElementsAre(StartsWith("1.1.1.2: ")));
}

constexpr const char* groups_of_three = R"(
boot: { limit: 3, wait: 2 }
readiness_delay: 0
servers:
  web: [ 1.1.1.1, 1.1.1.2 ]
  workers: { hosts: [ 1.1.1.3, 1.1.1.4 ] }
)";

TEST(BootInGroups, BootsLimitedGroupsOfHosts) {
  CliRun kamal(groups_of_three);
  EXPECT_EQ(kamal.run(boot_v2).status, 0);
  const std::vector<std::string> started = kamal.story.of({"docker run"});
  ASSERT_THAT(started, SizeIs(4));
  EXPECT_THAT(test::last(started), StartsWith("1.1.1.4: "));
}

TEST(BootInGroups, SaysThatItWaitsAfterEach) {
  CliRun kamal(groups_of_three);
  EXPECT_THAT(kamal.run(boot_v2).out,
              AllOf(HasSubstr("Waiting 2s after booting 1.1.1.1,1.1.1.2,1.1.1.3 (boot/wait)"),
                    HasSubstr("Waiting 2s after booting 1.1.1.4 (boot/wait)")));
}

TEST(BootInGroups, RunsHooksAroundEachGroup) {
  CliRun kamal(groups_of_three);
  kamal.add_hook("pre-app-boot");
  kamal.add_hook("post-app-boot");
  kamal.run(boot_v2);
  std::vector<std::string> story = kamal.story.of({"-app-boot", "docker run"});
  for (std::string& line : story) line = line.substr(0, line.find(" --detach"));
  ASSERT_THAT(story, SizeIs(8));
  EXPECT_EQ(story.at(0), "here: .kamal/hooks/pre-app-boot");
  EXPECT_THAT(std::vector(story.begin() + 1, story.begin() + 4),
              UnorderedElementsAre("1.1.1.1: docker run", "1.1.1.2: docker run", "1.1.1.3: docker run"));
  EXPECT_THAT(std::vector(story.begin() + 4, story.end()),
              ElementsAre("here: .kamal/hooks/post-app-boot", "here: .kamal/hooks/pre-app-boot",
                          "1.1.1.4: docker run", "here: .kamal/hooks/post-app-boot"));
}

TEST(BootInGroups, PassesTheHostsOfTheGroupToHooks) {
  CliRun kamal(groups_of_three);
  kamal.add_hook("post-app-boot");
  kamal.run(boot_v2);
  std::vector<std::string> hosts;
  for (const auto& call : kamal.processes.calls()) {
    if (call.line() == ".kamal/hooks/post-app-boot") hosts.push_back(call.env("KAMAL_HOSTS"));
  }
  EXPECT_THAT(hosts, ElementsAre("1.1.1.1,1.1.1.2,1.1.1.3", "1.1.1.4"));
}

TEST(BootInGroups, WaitsAfterEachGroup) {
  CliRun kamal(groups_of_three);
  kamal.run(boot_v2);
  EXPECT_THAT(kamal.clock.sleeps(), ElementsAre(2s, 2s));
}

TEST(BootInGroups, StopsAtAGroupThatFails) {
  CliRun kamal(groups_of_three);
  kamal.servers.answer("1.1.1.2", "kamal-proxy deploy", {1, "", "unhealthy\n"});
  const CliRun::Result result = kamal.run(boot_v2);
  EXPECT_EQ(result.status, 1);
  EXPECT_THAT(result.err, HasSubstr("unhealthy"));
  EXPECT_THAT(kamal.story.of({"1.1.1.4: docker run", "docker tag"}), IsEmpty());
}

TEST(BootInGroups, TagsWhenAllGroupsAreDone) {
  CliRun kamal(groups_of_three);
  kamal.run(boot_v2);
  const std::vector<std::string> story = kamal.story.of({"docker run", "docker tag"});
  ASSERT_THAT(story, SizeIs(8));
  EXPECT_THAT(std::vector(story.begin() + 4, story.end()), Each(HasSubstr("docker tag")));
}

TEST(BootInGroups, DoesNotWaitInAnInterruptedRun) {
  CliRun kamal(groups_of_three);
  kamal.clock.when_asleep = [&] { kamal.interruption.request(SIGTERM); };
  EXPECT_EQ(kamal.run(boot_v2).status, 143);
  EXPECT_THAT(kamal.story.of({"1.1.1.4: docker run"}), IsEmpty());
}

std::string two_roles_on_one_host(const std::string& boot) {
  return "readiness_delay: 0\nboot: { " + boot +
         " }\nservers: { web: [ 1.1.1.1 ], aides: { hosts: [ 1.1.1.1 ] }, workers: { hosts: [ 1.1.1.1 ] } "
         "}\n";
}

TEST(RolesOfOneHost, BootOneAfterTheOther) {
  CliRun kamal(two_roles_on_one_host("parallel_roles: false"));
  EXPECT_EQ(kamal.run(boot_v2).status, 0);
  EXPECT_THAT(kamal.story.of({"docker run", asks_status}),
              ElementsAre(HasSubstr("--name shop-web-v2 "), HasSubstr("--name shop-aides-v2 "),
                          HasSubstr("shop-aides-v2"), HasSubstr("--name shop-workers-v2 "),
                          HasSubstr("shop-workers-v2")));
}

TEST(ErrorPages, AreReadableByTheProxyWhateverTheirModesHere) {
  CliRun kamal("error_pages_path: public");
  kamal.write("public/404.html", "Not here", 0640);
  kamal.write("public/503.html", "Not now", 0555);
  EXPECT_EQ(kamal.run(boot_v2).status, 0);
  EXPECT_THAT(kamal.story.of({"chmod", "upload .kamal/proxy"}),
              ::testing::UnorderedElementsAre(
                  HasSubstr("/error_pages/v2 -prune '!' -perm -755 -exec chmod a+rx"),
                  HasSubstr("error_pages/v2/404.html 0644"), HasSubstr("error_pages/v2/503.html 0644")));
}

TEST(ErrorPages, AreThoseOfErrors) {
  CliRun kamal("error_pages_path: public");
  for (const char* name : {"404.html", "503.html", "index.html", "200.html", "404.txt"})
    kamal.write(std::string("public/") + name, "Hello");
  EXPECT_EQ(kamal.run(boot_v2).status, 0);
  EXPECT_THAT(kamal.story.of({"upload .kamal/proxy"}),
              ::testing::UnorderedElementsAre(HasSubstr("404.html"), HasSubstr("503.html")));
}

TEST(RolesOfOneHost, BootInParallelOnRequest) {
  CliRun kamal(two_roles_on_one_host("parallel_roles: true"));
  test::Meeting both_started(2);
  for (const char* role : {"aides", "workers"}) {
    kamal.servers.before("1.1.1.1", "--name shop-" + std::string(role),
                         [&both_started] { EXPECT_TRUE(both_started.arrive_and_wait()); });
  }
  EXPECT_EQ(kamal.run(boot_v2).status, 0);
  EXPECT_TRUE(both_started.complete());
}

TEST(RolesOfOneHost, StopAtTheFirstThatFailsOneAfterTheOther) {
  CliRun kamal(two_roles_on_one_host("parallel_roles: false"));
  make_unhealthy(kamal, "1.1.1.1");
  EXPECT_EQ(kamal.run(boot_v2).status, 1);
  EXPECT_THAT(kamal.story.of({"docker run"}), ElementsAre(HasSubstr("--name shop-web-v2 ")));
}

TEST(Boot, LeavesNeitherLockNorNewTrafficBehindWhenInterrupted) {
  CliRun kamal;
  kamal.servers.docker("1.1.1.1").add("shop-web-v1");
  kamal.servers.before("1.1.1.1", "docker run", [&] { kamal.interruption.request(SIGINT); });
  EXPECT_EQ(kamal.run(boot_v2).status, 130);
  EXPECT_THAT(kamal.story.of({"kamal-proxy deploy", "docker tag"}), IsEmpty());
  EXPECT_THAT(kamal.servers.docker("1.1.1.1").running(), ElementsAre("shop-web-v1"));
  EXPECT_THAT(kamal.asked("1.1.1.1"), Contains(StartsWith("if [ ! -d .kamal/lock-shop ]")));
}

}  // namespace
}  // namespace kamal
