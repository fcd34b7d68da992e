#include <gmock/gmock.h>
#include <gtest/gtest.h>

#include "support/there.h"
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
using ::testing::StartsWith;

constexpr const char* two_servers = "servers: [ 1.1.1.1, 1.1.1.2 ]";

void deployed(CliRun& kamal, const std::string& host) {
  kamal.servers.docker(host).add("shop-web-v1", false);
  kamal.servers.docker(host).add("shop-web-v2");
}

TEST(Rollback, RebootsThePreviousVersion) {
  CliRun kamal;
  deployed(kamal, "1.1.1.1");
  EXPECT_EQ(kamal.run({"rollback", "v1"}).status, 0);
  EXPECT_THAT(
      kamal.story.of({"docker rename", "docker run", "docker stop", "docker tag"}),
      ElementsAre("1.1.1.1: docker rename shop-web-v1 shop-web-v1_replaced_0123456789abcdef",
                  HasSubstr("--name shop-web-v1 "), HasSubstr("shop-web-v2$' --quiet | xargs docker stop"),
                  "1.1.1.1: docker tag acme/shop:v1 acme/shop:latest"));
}

TEST(Rollback, NeitherPullsNorPrunes) {
  CliRun kamal;
  deployed(kamal, "1.1.1.1");
  EXPECT_EQ(kamal.run({"rollback", "v1"}).status, 0);
  EXPECT_THAT(kamal.servers.docker("1.1.1.1").running(), ElementsAre("shop-web-v1"));
  EXPECT_THAT(kamal.story.of({"docker pull", "prune", "docker login", "docker network"}), IsEmpty());
}

TEST(Rollback, ToAMissingVersionFailsAndNamesThePlaces) {
  CliRun kamal(two_servers);
  deployed(kamal, "1.1.1.1");
  const CliRun::Result result = kamal.run({"rollback", "v1"});
  EXPECT_EQ(result.status, 1);
  EXPECT_THAT(result.err,
              AllOf(HasSubstr("The app version 'v1' is not available as a container (use 'kamal app "
                              "containers' for available versions)"),
                    HasSubstr("missing on 1.1.1.2 (web)")));
}

TEST(Rollback, ToAMissingVersionChangesNothing) {
  CliRun kamal(two_servers);
  deployed(kamal, "1.1.1.1");
  EXPECT_EQ(kamal.run({"rollback", "v1"}).status, 1);
  EXPECT_THAT(kamal.story.of({"shop-web-v1"}), Not(IsEmpty()));
  EXPECT_THAT(kamal.story.of({"rename", "docker run", "docker stop", "docker tag", "audit"}), IsEmpty());
}

TEST(Rollback, ToAMissingVersionReleasesTheLock) {
  CliRun kamal;
  kamal.run({"rollback", "v1"});
  EXPECT_THAT(kamal.asked("1.1.1.1"), Contains(StartsWith("if [ ! -d .kamal/lock-shop ]")));
}

TEST(Rollback, ToAMissingVersionRunsNoHooksOfADeploy) {
  CliRun kamal;
  for (const char* hook : {"pre-deploy", "pre-app-boot", "post-deploy"}) kamal.add_hook(hook);
  EXPECT_EQ(kamal.run({"rollback", "v1"}).status, 1);
  EXPECT_THAT(kamal.story.of({"shop-web-v1"}), Not(IsEmpty()));
  EXPECT_THAT(kamal.story.of({".kamal/hooks"}), IsEmpty());
}

TEST(Rollback, PassesTheTargetVersionToHooks) {
  CliRun kamal;
  deployed(kamal, "1.1.1.1");
  for (const char* hook : {"pre-deploy", "pre-app-boot", "post-deploy"}) kamal.add_hook(hook);
  kamal.run({"rollback", "v1"});
  for (const char* hook : {"pre-deploy", "pre-app-boot", "post-deploy"}) {
    EXPECT_EQ(kamal.processes.call(std::string(".kamal/hooks/") + hook).env("KAMAL_VERSION"), "v1") << hook;
  }
}

}  // namespace
}  // namespace kamal
