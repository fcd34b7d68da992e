#include <gmock/gmock.h>
#include <gtest/gtest.h>

#include "kamal/sshkit/executor.h"
#include "unit/cli/cli_run.h"

namespace kamal {
namespace {

using test::CliRun;
using ::testing::AllOf;
using ::testing::ElementsAre;
using ::testing::HasSubstr;
using ::testing::IsEmpty;
using ::testing::SizeIs;

constexpr const char* two_accessories = R"(
accessories:
  db: { image: postgres:17, host: 1.1.1.5 }
  cache: { image: redis:8, host: 1.1.1.5 }
)";

const std::vector<std::string> remove_db = {"accessory", "remove", "db", "-y", "--version", "v1"};
constexpr const char* empty_as_root = "docker run --rm --user 0";

TEST(DataOfTheContainersUser, IsRemovedByAContainerOfTheImageBeforeThatGoes) {
  CliRun kamal(two_accessories);
  kamal.servers.answer("*", "rm -rf shop-db",
                       {1, "", "rm: cannot remove 'shop-db/data': Permission denied\n"});
  kamal.servers.answer("*", empty_as_root, {});
  EXPECT_EQ(kamal.run(remove_db).status, 0);
  EXPECT_THAT(kamal.story.of({"rm -rf", "docker image rm"}),
              ElementsAre("1.1.1.5: rm -rf shop-db",
                          "1.1.1.5: docker run --rm --user 0 --network none --entrypoint rm --volume "
                          "\"${PWD}/shop-db:/kamal-data\" postgres:17 -rf /kamal-data ; rm -rf shop-db",
                          "1.1.1.5: docker image rm --force postgres:17"));
}

TEST(DataOfTheContainersUser, ThatCantBeRemovedIsReportedAndTheRestDone) {
  CliRun kamal(two_accessories);
  kamal.servers.answer(
      "*", "rm -rf shop-db",
      {1, "",
       "rm: cannot remove 'shop-db/data/a': Permission denied\nrm: cannot remove 'shop-db/data/b': ...\n"});
  const CliRun::Result result = kamal.run(remove_db);
  EXPECT_EQ(result.status, 1);
  EXPECT_THAT(result.err,
              HasSubstr("Could not remove shop-db: rm: cannot remove 'shop-db/data/a': Permission "
                        "denied (run `sudo rm -rf shop-db` on 1.1.1.5)"));
  EXPECT_THAT(kamal.story.of({"docker container prune", empty_as_root, "docker image rm"}),
              ElementsAre(HasSubstr("prune"), HasSubstr(empty_as_root), HasSubstr("image rm")));
}

TEST(DataOfTheContainersUser, IsRemovedByRemoveServiceDirectoryLikewise) {
  CliRun kamal(two_accessories);
  kamal.servers.answer("*", "rm -rf shop-db", {1, "", "Permission denied\n"}, 1);
  EXPECT_EQ(kamal.run({"accessory", "remove_service_directory", "db", "--version", "v1"}).status, 0);
  EXPECT_THAT(kamal.story.of({"rm -rf"}), ElementsAre("1.1.1.5: rm -rf shop-db", HasSubstr(empty_as_root)));
}

TEST(RemovalOfAnAccessory, ContinuesAfterFailedStepsAndReportsThemAll) {
  CliRun kamal(two_accessories);
  kamal.servers.answer("*", "docker container prune", {1, "", "a prune operation is already running\n"});
  kamal.servers.answer("*", "docker image rm", {1, "", "no space left on device\n"});
  const CliRun::Result result = kamal.run(remove_db);
  EXPECT_EQ(result.status, 1);
  EXPECT_THAT(result.err,
              AllOf(HasSubstr("a prune operation is already running"), HasSubstr("no space left on device")));
  EXPECT_THAT(kamal.story.of({"rm -rf"}), ElementsAre("1.1.1.5: rm -rf shop-db"));
}

TEST(AnAccessoryThatCantBeStopped, KeepsDataAndImageWhenRemoved) {
  CliRun kamal(two_accessories);
  kamal.servers.answer("*", "docker container stop", {1, "", "cannot stop container: permission denied\n"});
  const CliRun::Result result = kamal.run(remove_db);
  EXPECT_EQ(result.status, 1);
  EXPECT_THAT(result.err, AllOf(HasSubstr("docker container stop shop-db"), HasSubstr("permission denied")));
  EXPECT_THAT(kamal.story.of({"docker container stop"}), SizeIs(1));
  EXPECT_THAT(kamal.story.of({"prune", "rm -rf", "docker image rm"}), IsEmpty());
}

TEST(AnAccessoryThatCantBeStopped, FailsStopRestartAndReboot) {
  for (const char* command : {"stop", "restart", "reboot"}) {
    CliRun kamal(two_accessories);
    kamal.servers.answer("*", "docker container stop", {1, "", "cannot stop container: permission denied\n"});
    const CliRun::Result result = kamal.run({"accessory", command, "db"});
    EXPECT_EQ(result.status, 1) << command;
    EXPECT_THAT(result.err, HasSubstr("permission denied"));
    EXPECT_THAT(kamal.story.of({"docker container start", "prune", "docker run"}), IsEmpty());
  }
}

TEST(RemovalOfAllAccessories, ContinuesAfterOneThatFails) {
  CliRun kamal(two_accessories);
  kamal.servers.answer("*", "label=service=shop-db", {1, "", "a prune operation is already running\n"});
  const CliRun::Result result = kamal.run({"accessory", "remove", "all", "-y", "--version", "v1"});
  EXPECT_EQ(result.status, 1);
  EXPECT_THAT(result.err, HasSubstr("a prune operation is already running"));
  EXPECT_THAT(kamal.story.of({"docker image rm"}),
              ElementsAre(HasSubstr("postgres:17"), HasSubstr("redis:8")));
}

constexpr const char* one_image = R"(
accessories:
  cache: { image: redis:8, host: 1.1.1.5 }
  queue: { image: redis:8, host: 1.1.1.5 }
)";
const test::Answer in_use{1, "", "conflict: unable to remove repository reference \"redis:8\"\n"};

TEST(AnImageThatAnotherAccessoryUses, IsKept) {
  CliRun kamal(one_image);
  kamal.servers.answer("*", "docker image rm", in_use, 1);
  const CliRun::Result result = kamal.run({"accessory", "remove", "all", "-y", "--version", "v1"});
  EXPECT_EQ(result.status, 0);
  EXPECT_THAT(result.out, HasSubstr("Keeping image redis:8 on 1.1.1.5: another accessory uses it"));
  EXPECT_THAT(kamal.story.of({"docker image rm"}), SizeIs(2));
}

TEST(AnImageThatSomethingElseUses, IsAFailure) {
  CliRun kamal("accessories: { cache: { image: redis:8, host: 1.1.1.5 } }");
  kamal.servers.answer("*", "docker image rm", in_use);
  EXPECT_EQ(kamal.run({"accessory", "remove", "cache", "-y", "--version", "v1"}).status, 1);
  EXPECT_THAT(kamal.story.of({"docker image rm"}), SizeIs(1));
}

TEST(RemovalOfTheApp, ContinuesAfterAPartThatFails) {
  CliRun kamal;
  kamal.servers.answer("*", "docker container prune", {1, "", "a prune operation is already running\n"});
  const CliRun::Result result = kamal.run({"app", "remove", "--version", "v1"});
  EXPECT_EQ(result.status, 1);
  EXPECT_THAT(result.err, HasSubstr("a prune operation is already running"));
  EXPECT_THAT(kamal.story.of({"docker image prune", "rm -rf"}),
              ElementsAre(HasSubstr("image prune"), "1.1.1.1: rm -rf .kamal/apps/shop",
                          "1.1.1.1: rm -rf .kamal/proxy/apps-config/shop"));
}

TEST(RemovalOfTheApp, ReportsADirectoryThatStays) {
  CliRun kamal;
  kamal.servers.answer("*", "rm -rf .kamal/apps/shop", {1, "", "Permission denied\n"});
  const CliRun::Result result = kamal.run({"app", "remove", "--version", "v1"});
  EXPECT_EQ(result.status, 1);
  EXPECT_THAT(result.err, HasSubstr("Permission denied"));
  EXPECT_THAT(kamal.story.of({"apps-config/shop"}), SizeIs(1));
}

TEST(RemovalOfTheApp, ReportsALostConnectionOnce) {
  CliRun kamal;
  kamal.servers.before("1.1.1.1", "docker",
                       [] { throw sshkit::ConnectionError("connection lost in the middle"); });
  const CliRun::Result result = kamal.run({"app", "remove", "--version", "v1"});
  EXPECT_EQ(result.status, 1);
  const size_t first = result.err.find("connection lost in the middle");
  ASSERT_NE(first, std::string::npos);
  EXPECT_EQ(result.err.find("connection lost in the middle", first + 1), std::string::npos) << result.err;
}

TEST(RemovalOfTheProxy, ContinuesAfterAPartThatFails) {
  CliRun kamal;
  kamal.servers.answer("*", "docker container prune", {1, "", "a prune operation is already running\n"});
  EXPECT_EQ(kamal.run({"proxy", "remove", "--version", "v1"}).status, 1);
  EXPECT_THAT(kamal.story.of({"docker image prune", "rm -rf"}),
              ElementsAre(HasSubstr("image prune"), "1.1.1.1: rm -rf .kamal/proxy"));
}

TEST(RemovalOfTheProxy, LeavesItToExactlyOneOtherApp) {
  CliRun kamal;
  kamal.servers.answer("*", "ls .kamal/apps", {0, "1\n", ""});
  const CliRun::Result result = kamal.run({"proxy", "remove", "--version", "v1"});
  EXPECT_THAT(result.out, AllOf(HasSubstr("other apps are installed"), HasSubstr("(installed on 1.1.1.1)")));
  EXPECT_THAT(kamal.story.of({"docker container", "docker image", "rm -rf"}), IsEmpty());
}

TEST(RemovalOfEverything, ContinuesAfterFailuresOfAppProxyAndAccessory) {
  CliRun kamal(two_accessories);
  kamal.servers.answer("*", "docker container prune", {1, "", "a prune operation is already running\n"});
  const CliRun::Result result = kamal.run({"remove", "-y", "--version", "v1"});
  EXPECT_EQ(result.status, 1);
  EXPECT_THAT(result.err, HasSubstr("a prune operation is already running"));
  EXPECT_THAT(
      kamal.story.of({"rm -rf", "docker logout"}),
      AllOf(SizeIs(7), ::testing::Contains("1.1.1.1: rm -rf .kamal/apps/shop"),
            ::testing::Contains("1.1.1.1: rm -rf .kamal/proxy"),
            ::testing::Contains("1.1.1.5: rm -rf shop-db"), ::testing::Contains("1.1.1.5: rm -rf shop-cache"),
            ::testing::Contains("1.1.1.1: docker logout"), ::testing::Contains("1.1.1.5: docker logout")));
}

TEST(RemovalOfEverything, EndsAtOnceWhenInterrupted) {
  CliRun kamal(two_accessories);
  kamal.servers.before("1.1.1.1", "docker container prune", [&] { kamal.interruption.request(SIGTERM); });
  EXPECT_EQ(kamal.run({"remove", "-y", "--version", "v1"}).status, 143);
  EXPECT_THAT(kamal.story.of({"docker image prune", "rm -rf", "docker logout"}), IsEmpty());
}

TEST(RemovalOfEverything, SucceedsWhereTheProxyIsGoneBeforeTheAccessoryBehindIt) {
  CliRun kamal("accessories: { admin: { image: acme/admin, host: 1.1.1.1, proxy: { host: admin.test } } }");
  kamal.servers.answer("*", "kamal-proxy remove shop-admin",
                       {1, "", "Error response from daemon: No such container: kamal-proxy\n"});
  EXPECT_EQ(kamal.run({"remove", "-y", "--version", "v1"}).status, 0);
  EXPECT_THAT(kamal.story.of({"docker image rm", "rm -rf shop-admin", "docker logout"}), SizeIs(3));
}

}  // namespace
}  // namespace kamal
