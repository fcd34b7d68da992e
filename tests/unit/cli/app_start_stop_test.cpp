#include <gmock/gmock.h>
#include <gtest/gtest.h>

#include "unit/cli/cli_run.h"

namespace kamal {
namespace {

using test::CliRun;
using ::testing::AllOf;
using ::testing::Contains;
using ::testing::ElementsAre;
using ::testing::HasSubstr;
using ::testing::IsEmpty;
using ::testing::SizeIs;
using ::testing::StartsWith;

constexpr const char* asks_what_runs = "sh -c 'docker ps --latest";
constexpr const char* web_and_worker = "servers: { web: [ 1.1.1.1 ], workers: { hosts: [ 1.1.1.2 ] } }";

TEST(AppStop, TakesTheAppFromTheProxyFirst) {
  CliRun kamal;
  kamal.servers.docker("1.1.1.1").add("shop-web-v1");
  EXPECT_EQ(kamal.run({"app", "stop", "--version", "v1"}).status, 0);
  EXPECT_THAT(
      kamal.changes("1.1.1.1"),
      ElementsAre(
          StartsWith(asks_what_runs),
          R"(container=$(docker container ls --all --filter "name=^shop-web-v1\$" --quiet) && )"
          R"(if [ -n "$container" ]; then docker exec kamal-proxy kamal-proxy remove shop-web || true ; fi)",
          AllOf(StartsWith("sh -c 'docker ps --latest --quiet"), HasSubstr("xargs docker stop"))));
}

TEST(AppStop, WhereNothingRunsIsNoFailure) {
  for (const char* answer : {"docker: 'docker stop' requires at least 1 argument\n",
                             "\"docker stop\" requires at least 1 argument.\n"}) {
    CliRun kamal;
    kamal.servers.answer("*", "xargs docker stop", {123, "", answer});
    const CliRun::Result result = kamal.run({"app", "stop", "--version", "v1"});
    EXPECT_EQ(result.status, 0) << result.err;
    EXPECT_THAT(kamal.asked("1.1.1.1"), Contains(HasSubstr("name=^shop-web-\\$")));
  }
}

TEST(AppStop, FailsWhereTheContainerCantBeStopped) {
  for (const char* command : {"stop", "remove"}) {
    CliRun kamal;
    kamal.servers.docker("1.1.1.1").add("shop-web-v1");
    kamal.servers.answer("*", "xargs docker stop", {123, "", "cannot stop container: permission denied\n"});
    const CliRun::Result result = kamal.run({"app", command, "--version", "v1"});
    EXPECT_EQ(result.status, 1) << command;
    EXPECT_THAT(result.err, HasSubstr("cannot stop container: permission denied"));
  }
}

TEST(AppStop, FailsWhereDockerCantBeAsked) {
  CliRun kamal;
  kamal.servers.answer("*", "container=$(docker container ls",
                       {1, "", "Cannot connect to the Docker daemon\n"});
  const CliRun::Result result = kamal.run({"app", "stop", "--version", "v1"});
  EXPECT_EQ(result.status, 1);
  EXPECT_THAT(result.err, HasSubstr("Cannot connect to the Docker daemon"));
  EXPECT_THAT(kamal.story.of({"docker stop"}), IsEmpty());
}

TEST(AppStop, TakesOneRoundTripForARole) {
  CliRun kamal;
  kamal.environment["KAMAL_LOCK"] = "true";
  kamal.servers.docker("1.1.1.1").add("shop-web-v1");
  kamal.run({"app", "stop", "--version", "v1"});
  EXPECT_EQ(kamal.servers.round_trips["1.1.1.1"], 1);
}

TEST(AppMaintenance, StopsProxiedRolesOnly) {
  CliRun kamal(web_and_worker);
  kamal.run({"app", "maintenance", "--message", "Back in 5 minutes", "--version", "v1"});
  EXPECT_THAT(kamal.story.of({"kamal-proxy"}),
              ElementsAre("1.1.1.1: docker exec kamal-proxy kamal-proxy stop shop-web --drain-timeout=30s "
                          "'--message=Back in 5 minutes'"));
}

TEST(AppMaintenance, OfARoleContinuesIfThatOfAnotherFails) {
  CliRun kamal("servers: { web: [ 1.1.1.1 ], api: { hosts: [ 1.1.1.1 ], proxy: { host: api.test } } }");
  kamal.servers.answer("*", "kamal-proxy stop shop-web", {1, "", "no such service\n"});
  EXPECT_EQ(kamal.run({"app", "maintenance", "--version", "v1"}).status, 1);
  EXPECT_THAT(kamal.story.of({"kamal-proxy"}),
              ElementsAre(HasSubstr("stop shop-web"), HasSubstr("stop shop-api")));
}

TEST(AppLive, EndsTheMaintenance) {
  CliRun kamal(web_and_worker);
  kamal.run({"app", "live", "--version", "v1"});
  EXPECT_THAT(kamal.story.of({"kamal-proxy"}),
              ElementsAre("1.1.1.1: docker exec kamal-proxy kamal-proxy resume shop-web"));
}

TEST(AppVersion, ShowsWhatRunsOnEachHost) {
  CliRun kamal("servers: [ 1.1.1.1, 1.1.1.2 ]");
  kamal.servers.docker("1.1.1.1").add("shop-web-v1");
  kamal.servers.docker("1.1.1.2").add("shop-web-v2");
  EXPECT_THAT(kamal.run({"app", "version"}).out,
              AllOf(HasSubstr("App Host: 1.1.1.1\nv1\n"), HasSubstr("App Host: 1.1.1.2\nv2\n")));
}

TEST(AppStaleContainers, AreReported) {
  CliRun kamal;
  kamal.servers.docker("1.1.1.1").add("shop-web-v1");
  kamal.servers.docker("1.1.1.1").add("shop-web-v2");
  EXPECT_THAT(kamal.run({"app", "stale_containers"}).out,
              HasSubstr("Detected stale container for role web with version v1 (use `kamal app "
                        "stale_containers --stop` to stop)"));
  EXPECT_THAT(kamal.story.of({"docker stop", "lock-shop"}), IsEmpty());
}

TEST(AppStaleContainers, AreStoppedUnderTheLock) {
  CliRun kamal;
  kamal.servers.docker("1.1.1.1").add("shop-web-v1");
  kamal.servers.docker("1.1.1.1").add("shop-web-v2");
  kamal.run({"app", "stale_containers", "--stop", "--version", "v2"});
  EXPECT_THAT(kamal.servers.docker("1.1.1.1").running(), ElementsAre("shop-web-v2"));
  EXPECT_THAT(kamal.story.of({"lock-shop"}), SizeIs(2));
}

TEST(AppMaintenance, PassesTheDrainTimeout) {
  CliRun kamal;
  kamal.run({"app", "maintenance", "--drain-timeout", "3", "--version", "v1"});
  EXPECT_THAT(kamal.story.of({"kamal-proxy"}),
              ElementsAre("1.1.1.1: docker exec kamal-proxy kamal-proxy stop shop-web --drain-timeout=3s"));
}

TEST(AppMaintenance, TakesPartsOfSeconds) {
  CliRun kamal;
  kamal.run({"app", "maintenance", "--drain-timeout", "+2.5", "--version", "v1"});
  EXPECT_THAT(kamal.story.of({"kamal-proxy"}),
              ElementsAre("1.1.1.1: docker exec kamal-proxy kamal-proxy stop shop-web --drain-timeout=2.5s"));
}

TEST(AppDetails, ShowTheContainersOfEachRole) {
  CliRun kamal(web_and_worker);
  kamal.servers.answer("1.1.1.1", "label=role=web", {0, "the web container\n", ""});
  kamal.servers.answer("1.1.1.2", "label=role=workers", {0, "the worker\n", ""});
  EXPECT_THAT(kamal.run({"app", "details"}).out, AllOf(HasSubstr("App Host: 1.1.1.1\nthe web container\n"),
                                                       HasSubstr("App Host: 1.1.1.2\nthe worker\n")));
}

TEST(AppImages, AreThoseOfTheRepository) {
  CliRun kamal;
  kamal.run({"app", "images"});
  EXPECT_THAT(kamal.asked("1.1.1.1"), ElementsAre("docker image ls acme/shop"));
}

TEST(AppStop, OfRolesInTurnEndsAtTheFirstThatFails) {
  CliRun kamal("servers: { web: [ 1.1.1.1 ], jobs: { hosts: [ 1.1.1.1 ] } }");
  kamal.servers.docker("1.1.1.1").add("shop-jobs-v1");
  kamal.servers.answer("*", "label=role=web", {1, "", "permission denied\n"});
  EXPECT_EQ(kamal.run({"app", "stop"}).status, 1);
  EXPECT_THAT(kamal.story.of({"label=role=web"}), ::testing::Not(::testing::IsEmpty()));
  EXPECT_THAT(kamal.servers.docker("1.1.1.1").running(), ::testing::ElementsAre("shop-jobs-v1"));
}

}  // namespace
}  // namespace kamal
