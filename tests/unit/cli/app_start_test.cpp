#include <gmock/gmock.h>
#include <gtest/gtest.h>

#include <csignal>

#include "unit/cli/cli_run.h"

namespace kamal {
namespace {

using test::CliRun;
using ::testing::AllOf;
using ::testing::Contains;
using ::testing::ElementsAre;
using ::testing::HasSubstr;
using ::testing::IsEmpty;
using ::testing::Not;
using ::testing::SizeIs;
using ::testing::StartsWith;

constexpr const char* web_and_worker = "servers: { web: [ 1.1.1.1 ], workers: { hosts: [ 1.1.1.2 ] } }";

TEST(AppStart, StartsAndRegistersTheContainer) {
  CliRun kamal;
  kamal.servers.docker("1.1.1.1").add("shop-web-v1", false);
  EXPECT_EQ(kamal.run({"app", "start", "--version", "v1"}).status, 0);
  EXPECT_THAT(
      kamal.changes("1.1.1.1"),
      ElementsAre(
          StartsWith("containers=$(docker ps --all --quiet --filter label=service=shop"),
          StartsWith("sh -c 'docker ps --latest"), "docker start shop-web-v1",
          "docker container ls --all --filter 'name=^shop-web-v1$' --quiet",
          StartsWith("docker exec kamal-proxy kamal-proxy deploy shop-web \"--target=id-shop-web-v1:80\"")));
}

TEST(AppStart, StartsWhatWasStoppedLast) {
  CliRun kamal;
  kamal.servers.docker("1.1.1.1").add_stopped("shop-web-v2", "2026-01-02T03:04:06.12Z");
  kamal.servers.docker("1.1.1.1").add_stopped("shop-web-v3", "2026-01-02T03:04:06.1Z");
  kamal.servers.docker("1.1.1.1").add_stopped("shop-web-v1", "2026-01-02T03:04:05Z");
  EXPECT_EQ(kamal.run({"app", "start"}).status, 0);
  EXPECT_THAT(kamal.servers.docker("1.1.1.1").running(), ElementsAre("shop-web-v2"));
  EXPECT_THAT(kamal.story.of({"kamal-proxy deploy"}), ElementsAre(HasSubstr("--target=id-shop-web-v2:80")));
}

TEST(AppStart, AuditsTheVersionThatStarts) {
  CliRun kamal;
  kamal.servers.docker("1.1.1.1").add("shop-web-v2", false);
  EXPECT_EQ(kamal.run({"app", "start"}).status, 0);
  EXPECT_THAT(kamal.asked("1.1.1.1"), Contains("audit: Started app version v2"));
}

TEST(AppStart, PicksTheVersionOfEachHostAndRole) {
  CliRun kamal(web_and_worker);
  kamal.servers.docker("1.1.1.1").add("shop-web-v2", false);
  kamal.servers.docker("1.1.1.2").add("shop-workers-v1", false);
  EXPECT_EQ(kamal.run({"app", "start"}).status, 0);
  EXPECT_THAT(kamal.servers.docker("1.1.1.1").running(), ElementsAre("shop-web-v2"));
  EXPECT_THAT(kamal.servers.docker("1.1.1.2").running(), ElementsAre("shop-workers-v1"));
}

TEST(AppStart, LeavesTheRunningVersionRunning) {
  CliRun kamal;
  kamal.servers.docker("1.1.1.1").add("shop-web-v1");
  kamal.servers.docker("1.1.1.1").add_stopped("shop-web-v2", "2026-01-02T03:04:06Z");
  EXPECT_EQ(kamal.run({"app", "start"}).status, 0);
  EXPECT_THAT(kamal.servers.docker("1.1.1.1").running(), ElementsAre("shop-web-v1"));
  EXPECT_THAT(kamal.story.of({"kamal-proxy deploy"}), ElementsAre(HasSubstr("--target=id-shop-web-v1:80")));
}

TEST(AppStart, OfAWorkerRegistersNothing) {
  CliRun kamal(web_and_worker);
  kamal.servers.docker("1.1.1.2").add("shop-workers-v1", false);
  EXPECT_EQ(kamal.run({"app", "start", "--version", "v1", "-r", "workers"}).status, 0);
  EXPECT_THAT(kamal.servers.docker("1.1.1.2").running(), ElementsAre("shop-workers-v1"));
  EXPECT_THAT(kamal.story.of({"kamal-proxy"}), IsEmpty());
}

TEST(AppStart, OfAMissingVersionListsTheAvailableOnesAndStartsNothing) {
  CliRun kamal("servers: [ 1.1.1.1, 1.1.1.2 ]");
  kamal.servers.docker("1.1.1.1").add("shop-web-v1", false);
  kamal.servers.docker("1.1.1.1").add("shop-web-v2", false);
  kamal.servers.docker("1.1.1.2").add("shop-web-v9", false);
  const auto result = kamal.run({"app", "start", "--version", "v9"});
  EXPECT_EQ(result.status, 1);
  EXPECT_THAT(result.err,
              AllOf(HasSubstr("No container of version v9 to start on 1.1.1.1 (web; available: v2, v1)"),
                    HasSubstr("`kamal app boot --version v9`")));
  EXPECT_THAT(kamal.story.of({"docker start"}), IsEmpty());
}

TEST(AppStart, WithoutAContainerFailsAndStartsTheOthers) {
  CliRun kamal(web_and_worker);
  kamal.servers.docker("1.1.1.1").add("shop-web-v1", false);
  const auto result = kamal.run({"app", "start"});
  EXPECT_EQ(result.status, 1);
  EXPECT_THAT(result.err,
              HasSubstr("No container to start on 1.1.1.2 (workers; available: none): run `kamal app boot`"));
  EXPECT_THAT(kamal.servers.docker("1.1.1.1").running(), ElementsAre("shop-web-v1"));
}

TEST(AppStart, RepeatsItsOptionsInItsAdvice) {
  CliRun kamal(web_and_worker);
  EXPECT_THAT(kamal.run({"app", "start", "-r", "workers", "--version", "v1"}).err,
              HasSubstr(": run `kamal app boot --version v1 -r workers`"));
}

// kamal-proxy goes on waiting for the container, and would switch to it after the lock is free.
TEST(AppStart, ThatIsInterruptedStopsWhatDoesNotServeYet) {
  CliRun kamal;
  kamal.servers.docker("1.1.1.1").add("shop-web-v1");
  kamal.servers.docker("1.1.1.1").point("shop-web", "shop-web-v1");
  kamal.servers.docker("1.1.1.1").add("shop-web-v2", false);
  kamal.servers.before("1.1.1.1", "kamal-proxy deploy", [&] { kamal.interruption.request(SIGINT); });
  kamal.servers.answer("1.1.1.1", "kamal-proxy deploy", {1, "", "interrupted\n"});
  const auto result = kamal.run({"app", "start", "--version", "v2"});
  EXPECT_EQ(result.status, 130);
  EXPECT_THAT(kamal.story.of({"docker start"}), SizeIs(1));
  EXPECT_THAT(kamal.servers.docker("1.1.1.1").running(), ElementsAre("shop-web-v1"));
  EXPECT_THAT(result.err, HasSubstr("\nv1 is serving requests.\n"));
}

TEST(AppStart, ThatIsInterruptedLeavesWhatRanBefore) {
  CliRun kamal;
  kamal.servers.docker("1.1.1.1").add("shop-web-v1");
  kamal.servers.before("1.1.1.1", "kamal-proxy deploy", [&] { kamal.interruption.request(SIGINT); });
  kamal.servers.answer("1.1.1.1", "kamal-proxy deploy", {1, "", "interrupted\n"});
  EXPECT_EQ(kamal.run({"app", "start"}).status, 130);
  EXPECT_THAT(kamal.story.of({"kamal-proxy deploy"}), SizeIs(1));
  EXPECT_THAT(kamal.servers.docker("1.1.1.1").running(), ElementsAre("shop-web-v1"));
}

TEST(AppStart, ThatDockerRefusesFails) {
  CliRun kamal(web_and_worker);
  kamal.servers.docker("1.1.1.2").add("shop-workers-v1", false);
  kamal.servers.answer("*", "docker start", {1, "", "port is already allocated\n"});
  const auto result = kamal.run({"app", "start", "-r", "workers"});
  EXPECT_EQ(result.status, 1);
  EXPECT_THAT(result.err, HasSubstr("port is already allocated"));
}

TEST(AppStart, WithoutAnEndpointFails) {
  CliRun kamal;
  kamal.servers.docker("1.1.1.1").add("shop-web-v1", false);
  kamal.servers.answer("*", "docker container ls --all --filter", {0, "", ""});
  const auto result = kamal.run({"app", "start", "--version", "v1"});
  EXPECT_EQ(result.status, 1);
  EXPECT_THAT(result.err, HasSubstr("Failed to get endpoint for web on 1.1.1.1, did the container boot?"));
  EXPECT_THAT(kamal.story.of({"kamal-proxy deploy"}), IsEmpty());
}

}  // namespace
}  // namespace kamal
