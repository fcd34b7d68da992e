#include <gmock/gmock.h>
#include <gtest/gtest.h>

#include "support/there.h"
#include "unit/cli/cli_run.h"

namespace kamal {
namespace {

using test::CliRun;
using ::testing::ElementsAre;
using ::testing::HasSubstr;
using ::testing::Not;
using ::testing::StartsWith;

std::string build_line(const CliRun& kamal) { return kamal.processes.call("docker buildx build").line(); }

class Deploys : public ::testing::TestWithParam<const char*> {};

TEST_P(Deploys, PullTheExistingImageIfThePushIsSkipped) {
  for (const char* option : {"-P", "--skip-push", "--skip_push"}) {
    CliRun kamal;
    EXPECT_EQ(kamal.run({GetParam(), option, "--version", "v1"}).status, 0) << option;
    EXPECT_THAT(kamal.story.of({"docker buildx", "docker pull"}),
                ElementsAre("1.1.1.1: docker pull acme/shop:v1"))
        << option;
  }
}

TEST_P(Deploys, BuildWithTheCache) {
  CliRun kamal;
  EXPECT_EQ(kamal.run({GetParam(), "--version", "v1"}).status, 0);
  EXPECT_THAT(build_line(kamal), Not(HasSubstr("--no-cache")));
}

TEST_P(Deploys, RebuildEveryLayerOnRequest) {
  CliRun kamal;
  EXPECT_EQ(kamal.run({GetParam(), "--no-cache", "--version", "v1"}).status, 0);
  EXPECT_THAT(build_line(kamal), HasSubstr(" --no-cache "));
}

INSTANTIATE_TEST_SUITE_P(Commands, Deploys, ::testing::Values("setup", "deploy", "redeploy"));

TEST(BuildPush, MayExportSomewhereElse) {
  CliRun kamal;
  kamal.run({"build", "push", "--version", "v1", "--output", "docker"});
  EXPECT_THAT(build_line(kamal), StartsWith("docker buildx build --output=type=docker "));
}

TEST(BuildDev, MayExportSomewhereElse) {
  CliRun kamal;
  kamal.run({"build", "dev", "--version", "v1", "--output", "tar"});
  EXPECT_THAT(test::last(kamal.processes.lines()), StartsWith("docker buildx build --output=type=tar "));
}

TEST(BuildDev, MayRebuildEveryLayer) {
  CliRun kamal;
  kamal.run({"build", "dev", "--version", "v1", "--no-cache"});
  EXPECT_THAT(test::last(kamal.processes.lines()), HasSubstr(" --no-cache "));
}

TEST(BuildDeliver, PushesThenPulls) {
  CliRun kamal;
  EXPECT_EQ(kamal.run({"build", "deliver", "--version", "v1"}).status, 0);
  EXPECT_THAT(kamal.story.of({"docker buildx build", "docker pull"}),
              ElementsAre(StartsWith("here: docker buildx build --output=type=registry"),
                          "1.1.1.1: docker pull acme/shop:v1"));
}

}  // namespace
}  // namespace kamal
