#include <gmock/gmock.h>
#include <gtest/gtest.h>

#include "cli/app/role_boot.h"
#include "kamal/sshkit/executor.h"
#include "unit/cli/cli_run.h"

// Boots that fail late, or for one of several hosts or roles only.
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
constexpr const char* stops_v1 = "name=^shop-web-v1$' --quiet | xargs docker stop";
constexpr const char* stops_v2 = "name=^shop-web-v2$' --quiet | xargs docker stop";
constexpr const char* cleans_assets = "find .kamal/apps/shop/assets/extracted";
constexpr const char* without_proxy =
    "readiness_delay: 0\nerror_pages_path: pages\nservers: { web: { hosts: [ 1.1.1.1 ], proxy: false } }";

TEST(BootedContainer, StaysIfTheOldOneCantBeStopped) {
  CliRun kamal;
  kamal.servers.docker("1.1.1.1").add("shop-web-v1");
  kamal.servers.answer("*", stops_v1, {1, "", "cannot kill container\n"});
  const CliRun::Result result = kamal.run(boot_v2);
  EXPECT_EQ(result.status, 0) << result.err;
  EXPECT_THAT(kamal.story.of({stops_v1}), SizeIs(1));
  EXPECT_THAT(kamal.servers.docker("1.1.1.1").running(), UnorderedElementsAre("shop-web-v1", "shop-web-v2"));
  EXPECT_THAT(kamal.story.of({"docker tag"}), SizeIs(1));
}

TEST(BootedContainer, StaysIfAStepAfterTheSwitchFails) {
  CliRun kamal("asset_path: /public");
  kamal.servers.docker("1.1.1.1").add("shop-web-v1");
  kamal.servers.answer("*", cleans_assets, {1, "", "Read-only file system\n"});
  const CliRun::Result result = kamal.run(boot_v2);
  EXPECT_EQ(result.status, 1);
  EXPECT_THAT(result.err, HasSubstr("Read-only file system"));
  EXPECT_THAT(kamal.servers.docker("1.1.1.1").running(), ElementsAre("shop-web-v2"));
  EXPECT_THAT(kamal.story.of({stops_v2}), IsEmpty());
  EXPECT_THAT(result.out, Not(HasSubstr("Failed to boot")));
}

TEST(BootedContainer, WithoutAProxyStaysIfAStepAfterTheSwitchFails) {
  CliRun kamal(without_proxy);
  kamal.servers.docker("1.1.1.1").add("shop-web-v1");
  kamal.servers.answer("*", "find .kamal/proxy/apps-config/shop/error_pages",
                       {1, "", "Read-only file system\n"});
  const CliRun::Result result = kamal.run(boot_v2);
  EXPECT_EQ(result.status, 1);
  EXPECT_THAT(result.err, HasSubstr("Read-only file system"));
  EXPECT_THAT(kamal.servers.docker("1.1.1.1").running(), ElementsAre("shop-web-v2"));
  EXPECT_THAT(kamal.story.of({stops_v2}), IsEmpty());
}

TEST(AHostWhoseDockerDoesNotAnswer, KeepsWhatItRuns) {
  CliRun kamal;
  kamal.servers.docker("1.1.1.1").add("shop-web-v1");
  const test::Answer refusal{1, "", "Cannot connect to the Docker daemon\n"};
  kamal.servers.answer("1.1.1.1", "name=^shop-web-v2$' --quiet", refusal, 1);
  kamal.servers.answer("1.1.1.1", "docker ps --latest", {0, "", refusal.err}, 1);
  const CliRun::Result result = kamal.run({"redeploy", "-P", "--version", "v2"});
  EXPECT_EQ(result.status, 1);
  EXPECT_THAT(result.err, HasSubstr("Cannot connect to the Docker daemon"));
  EXPECT_THAT(kamal.servers.docker("1.1.1.1").all(), ElementsAre("shop-web-v1"));
}

TEST(UnhealthyContainer, KeepsItsCauseIfTheConnectionBreaksAfterwards) {
  CliRun kamal;
  kamal.servers.answer("*", "kamal-proxy deploy", {1, "", "target failed to become healthy\n"});
  kamal.servers.before("1.1.1.1", "xargs docker logs",
                       [] { throw sshkit::ConnectionError("1.1.1.1 went away"); });
  const CliRun::Result result = kamal.run(boot_v2);
  EXPECT_EQ(result.status, 1);
  EXPECT_THAT(result.err, HasSubstr("target failed to become healthy"));
  EXPECT_THAT(result.out,
              AllOf(HasSubstr("Failed to boot web on 1.1.1.1"),
                    HasSubstr("Could not fetch logs for v2 (web on 1.1.1.1): 1.1.1.1 went away")));
}

TEST(Rollback, InspectsEveryRoleOfAHost) {
  CliRun kamal("servers: { web: [ 1.1.1.1 ], workers: { hosts: [ 1.1.1.1 ], cmd: bin/jobs } }");
  kamal.servers.docker("1.1.1.1").add("shop-web-v1", false);
  kamal.servers.docker("1.1.1.1").add("shop-web-v2");
  kamal.servers.docker("1.1.1.1").add("shop-workers-v2");
  const CliRun::Result result = kamal.run({"rollback", "v1"});
  EXPECT_EQ(result.status, 1);
  EXPECT_THAT(result.err, HasSubstr("missing on 1.1.1.1 (workers)"));
  EXPECT_THAT(kamal.servers.docker("1.1.1.1").running(), ElementsAre("shop-web-v2", "shop-workers-v2"));
}

TEST(Gatekeepers, LeaveTheBarrierToThoseStillToCome) {
  Interruption interruption;
  cli::Barrier barrier(interruption);
  cli::Gatekeepers gatekeepers(barrier, 2);
  gatekeepers.ended();
  EXPECT_TRUE(barrier.open());
  EXPECT_TRUE(barrier.wait());
}

TEST(Gatekeepers, CloseTheBarrierWithTheLastOne) {
  Interruption interruption;
  cli::Barrier barrier(interruption);
  cli::Gatekeepers gatekeepers(barrier, 2);
  gatekeepers.ended();
  gatekeepers.ended();
  EXPECT_FALSE(barrier.open());
  EXPECT_FALSE(barrier.wait());
}

}  // namespace
}  // namespace kamal
