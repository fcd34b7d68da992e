#include <gmock/gmock.h>
#include <gtest/gtest.h>

#include "unit/cli/cli_run.h"

// Which version a command takes when none is given, and what it says of one that is missing.
namespace kamal {
namespace {

using test::CliRun;
using test::says;
using ::testing::AllOf;
using ::testing::Contains;
using ::testing::ElementsAre;
using ::testing::HasSubstr;
using ::testing::IsEmpty;
using ::testing::Not;
using ::testing::SizeIs;
using ::testing::StartsWith;

constexpr const char* tags = "docker image ls acme/shop --format '{{.ID}} {{.Tag}}'";
constexpr const char* two_servers = "servers: [ 1.1.1.1, 1.1.1.2 ]";

TEST(BootWithoutAVersion, TakesTheRealVersionOfTheLatestImage) {
  CliRun kamal;
  kamal.servers.answer("*", tags, {0, "2222 v2\n1111 latest\n1111 latest-dirty\n1111 v1\n", ""});
  const auto result = kamal.run({"app", "boot"});
  EXPECT_EQ(result.status, 0);
  EXPECT_THAT(result.out, HasSubstr("Start container with version v1 (or reboot if already running)..."));
  EXPECT_THAT(kamal.story.of({"docker run", "docker tag"}),
              ElementsAre(AllOf(HasSubstr("--name shop-web-v1 "), HasSubstr("--env KAMAL_VERSION=v1 "),
                                HasSubstr(" acme/shop:v1")),
                          HasSubstr("docker tag acme/shop:v1 acme/shop:latest")));
}

TEST(BootWithoutAVersion, RebootsTheRunningVersionIfSeveralAreTheLatestImage) {
  CliRun kamal;
  kamal.servers.docker("1.1.1.1").add("shop-web-v1");
  kamal.servers.answer("*", tags, {0, "1111 v2\n1111 v1\n1111 latest\n", ""});
  EXPECT_EQ(kamal.run({"app", "boot"}).status, 0);
  EXPECT_THAT(kamal.story.of({"docker run"}), SizeIs(1));
  EXPECT_THAT(kamal.servers.docker("1.1.1.1").running(), ElementsAre("shop-web-v1"));
}

TEST(BootWithoutAVersion, TakesTheLatestImageOfEachHost) {
  CliRun kamal(two_servers);
  kamal.servers.answer("1.1.1.1", tags, {0, "1111 v1\n1111 latest\n", ""});
  kamal.servers.answer("1.1.1.2", tags, {0, "2222 v2\n2222 latest\n", ""});
  const auto result = kamal.run({"app", "boot"});
  EXPECT_EQ(result.status, 0);
  EXPECT_THAT(result.out, HasSubstr("Start container with version v1, v2 (or"));
  EXPECT_THAT(kamal.servers.docker("1.1.1.1").running(), ElementsAre("shop-web-v1"));
  EXPECT_THAT(kamal.servers.docker("1.1.1.2").running(), ElementsAre("shop-web-v2"));
  EXPECT_THAT(kamal.asked("1.1.1.2"), Contains("docker tag acme/shop:v2 acme/shop:latest"));
}

TEST(BootWithoutAVersion, PassesTheRealVersionToHooks) {
  CliRun kamal;
  kamal.add_hook("pre-app-boot");
  kamal.servers.answer("*", tags, {0, "1111 v1\n1111 latest\n", ""});
  EXPECT_EQ(kamal.run({"app", "boot"}).status, 0);
  EXPECT_EQ(kamal.processes.call(".kamal/hooks/pre-app-boot").env("KAMAL_VERSION"), "v1");
}

TEST(BootWithoutAVersion, WarnsIfTheVersionOfTheLatestImageIsUnknown) {
  CliRun kamal;
  kamal.servers.answer("*", tags, {0, "2222 v2\n1111 latest\n", ""});
  const auto result = kamal.run({"app", "boot"});
  EXPECT_EQ(result.status, 0);
  EXPECT_THAT(result.out, AllOf(HasSubstr("The version of acme/shop:latest on 1.1.1.1 is unknown"),
                                HasSubstr("--version VERSION")));
  EXPECT_THAT(kamal.servers.docker("1.1.1.1").running(), ElementsAre("shop-web-latest"));
}

TEST(BootOfAVersion, DoesNotAskWhatTheLatestImageIs) {
  CliRun kamal;
  const auto result = kamal.run({"app", "boot", "--version", "v2"});
  EXPECT_EQ(result.status, 0);
  EXPECT_THAT(kamal.story.of({"docker run"}), SizeIs(1));
  EXPECT_THAT(kamal.story.of({tags}), IsEmpty());
  EXPECT_THAT(result.out, Not(HasSubstr("unknown")));
}

TEST(ExecInTheRunningContainer, SaysThatNoneIsRunning) {
  CliRun kamal;
  const auto result = kamal.run({"app", "exec", "--reuse", "bin/job"});
  EXPECT_EQ(result.status, 1);
  EXPECT_THAT(result.err,
              AllOf(HasSubstr("No app container is running on 1.1.1.1"), HasSubstr("`kamal app start`")));
  EXPECT_THAT(kamal.story.of({"docker exec"}), IsEmpty());
}

const std::vector<std::string> deploy_pushed = {"deploy", "-P"};

TEST(MissingImage, IsReportedWithTheVersionsThatAreThere) {
  CliRun kamal(two_servers);
  kamal.servers.answer("*", "docker pull", {1, "", "manifest unknown\n"});
  kamal.servers.answer("1.1.1.1", tags, {0, "2222 v2\n2222 latest\n1111 v1\n", ""});
  kamal.servers.answer("1.1.1.2", tags, {0, "1111 v1\n0000 <none>\n", ""});
  const auto result = kamal.run({"deploy", "-P", "--version", "v3"});
  EXPECT_EQ(result.status, 1);
  EXPECT_THAT(result.err, AllOf(HasSubstr("manifest unknown"),
                                HasSubstr("Could not pull version v3 (available on the servers: v"),
                                HasSubstr("v1"), HasSubstr("v2"), Not(HasSubstr("latest, ")),
                                HasSubstr("--version VERSION"), HasSubstr("without -P")));
}

TEST(MissingImage, ChangesNothingOfTheApp) {
  CliRun kamal;
  kamal.servers.docker("1.1.1.1").add("shop-web-v1");
  kamal.servers.answer("*", "docker pull", {1, "", "manifest unknown\n"});
  const CliRun::Result result = kamal.run(deploy_pushed);
  EXPECT_EQ(result.status, 1);
  EXPECT_THAT(result.err, HasSubstr("manifest unknown"));
  EXPECT_THAT(kamal.servers.docker("1.1.1.1").running(), ElementsAre("shop-web-v1"));
  EXPECT_THAT(kamal.story.of({"docker run", "docker stop", "docker rename"}), IsEmpty());
}

TEST(MissingImage, OfUncommittedChangesSaysWhy) {
  CliRun kamal("builder: { arch: amd64, context: . }");
  kamal.processes.answer("git status", says(" M config/deploy.yml\n"));
  kamal.servers.answer("*", "docker pull", {1, "", "manifest unknown\n"});
  kamal.servers.answer("*", tags, {0, "1111 v1\n", ""});
  const auto result = kamal.run(deploy_pushed);
  EXPECT_EQ(result.status, 1);
  EXPECT_THAT(result.err,
              AllOf(HasSubstr("Could not pull version aaaaaaa"), HasSubstr("_uncommitted_"),
                    HasSubstr("(available on the servers: v1)"),
                    HasSubstr("uncommitted changes make a new version, which only a build pushes")));
}

TEST(MissingImage, OfABuildPullSaysHowToPushIt) {
  CliRun kamal;
  kamal.servers.answer("*", "docker pull", {1, "", "manifest unknown\n"});
  const auto result = kamal.run({"build", "pull", "--version", "v3"});
  EXPECT_EQ(result.status, 1);
  EXPECT_THAT(result.err, AllOf(HasSubstr("Could not pull version v3 (available on the servers: none)"),
                                HasSubstr("run `kamal build push`")));
}

TEST(MissingImage, IsNotBlamedIfThisRunPushedTheImage) {
  for (const std::vector<std::string>& command : {std::vector<std::string>{"deploy"}, {"build", "deliver"}}) {
    CliRun kamal;
    kamal.servers.answer("*", "docker pull", {1, "", "no space left on device\n"});
    const auto result = kamal.run(command);
    EXPECT_EQ(result.status, 1);
    EXPECT_THAT(result.err, AllOf(HasSubstr("no space left on device"), Not(HasSubstr("Could not pull")),
                                  Not(HasSubstr("build push"))));
  }
}

TEST(MissingImage, IsNotBlamedForAnImageWithoutLabel) {
  CliRun kamal;
  kamal.servers.answer("*", "docker inspect -f", {1, "", "Image is missing the 'service' label\n"});
  const auto result = kamal.run({"build", "pull", "--version", "v3"});
  EXPECT_EQ(result.status, 1);
  EXPECT_THAT(result.err, AllOf(HasSubstr("'service' label"), Not(HasSubstr("Could not pull"))));
}

}  // namespace
}  // namespace kamal
