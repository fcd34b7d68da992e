#include <gmock/gmock.h>
#include <gtest/gtest.h>

#include "unit/cli/cli_run.h"

// What is found out before an image is built that could not be delivered.
namespace kamal {
namespace {

using test::CliRun;
using test::FakeBackend;
using ::testing::AllOf;
using ::testing::Contains;
using ::testing::ElementsAre;
using ::testing::HasSubstr;
using ::testing::IsEmpty;
using ::testing::Not;

constexpr const char* three_hosts = "servers: [ 1.1.1.1, 1.1.1.2, 1.1.1.3 ]";

const std::vector<std::vector<std::string>> delivering = {{"deploy"}, {"redeploy"}, {"build", "deliver"}};

TEST(BeforeABuild, AllHostsThatCannotBeReachedAreReported) {
  for (const std::vector<std::string>& command : delivering) {
    CliRun kamal(three_hosts);
    kamal.servers.unreachable("1.1.1.1", FakeBackend::Known::later);
    kamal.servers.unreachable("1.1.1.3", FakeBackend::Known::later);
    const CliRun::Result result = kamal.run(command);
    EXPECT_EQ(result.status, 1);
    EXPECT_THAT(result.err, AllOf(HasSubstr("Can't connect to 1.1.1.1"),
                                  HasSubstr("Can't connect to 1.1.1.3"), Not(HasSubstr("1.1.1.2"))));
    EXPECT_THAT(kamal.story.of({"docker buildx version"}), Not(IsEmpty()));
    EXPECT_THAT(kamal.story.of({"docker buildx build", "docker pull", "lock-shop"}), IsEmpty());
  }
}

TEST(BeforeABuild, AHostThatIsKnownToBeUnreachableEndsTheRunBeforeTheHook) {
  CliRun kamal(three_hosts);
  kamal.add_hook("pre-build");
  kamal.servers.unreachable("1.1.1.3");
  const CliRun::Result result = kamal.run({"deploy"});
  EXPECT_EQ(result.status, 1);
  EXPECT_THAT(result.err, HasSubstr("Can't connect to 1.1.1.3"));
  EXPECT_THAT(kamal.asked("here"), Not(Contains(".kamal/hooks/pre-build")));
}

TEST(BeforeABuild, AHostThatIsKnownToBeUnreachableAfterTheHookEndsTheRunBeforeTheClone) {
  CliRun kamal(three_hosts);
  kamal.add_hook("pre-build");
  kamal.processes.answer(".kamal/hooks/pre-build", [&](const Process&) {
    kamal.servers.unreachable("1.1.1.3");
    return ProcessResult();
  });
  EXPECT_EQ(kamal.run({"deploy"}).status, 1);
  EXPECT_THAT(kamal.asked("here"), Contains(".kamal/hooks/pre-build"));
  EXPECT_THAT(kamal.processes.lines(), Not(Contains(HasSubstr("clone"))));
}

TEST(BeforeABuild, PreparationDoesNotWaitForServers) {
  CliRun kamal(three_hosts);
  kamal.servers.unreachable("1.1.1.3", FakeBackend::Known::later);
  EXPECT_EQ(kamal.run({"deploy"}).status, 1);
  EXPECT_THAT(kamal.processes.lines(), Contains(HasSubstr("clone")));
}

TEST(BeforeABuild, ALockThatNoRunWillReleaseEndsTheRun) {
  for (const std::vector<std::string>& command : delivering) {
    CliRun kamal;
    kamal.servers.answer("*", "if [ -d .kamal/lock-shop ]; then cat",
                         {0, "Locked by: Bob at 2026-01-02T03:01:05Z\nVersion: v9\nMessage: Stop\n", ""});
    const CliRun::Result result = kamal.run(command);
    EXPECT_EQ(result.status, 1);
    EXPECT_THAT(result.err, HasSubstr("Held by Bob for 3 minutes"));
    EXPECT_THAT(kamal.story.of({"docker buildx build", "docker login", "if mkdir"}),
                ElementsAre("here: docker login -u robot --password-stdin"));
  }
}

TEST(BeforeABuild, OneRoundTripChecksTheLock) {
  CliRun kamal;
  kamal.servers.answer("*", "if [ -d .kamal/lock-shop ]; then cat", {74, "", ""});
  kamal.servers.docker("1.1.1.1").add("shop-web-v1");
  EXPECT_EQ(kamal.run({"deploy", "--version", "v2"}).status, 0);
  EXPECT_EQ(kamal.servers.round_trips["1.1.1.1"], 12);
}

TEST(ABuildForTheRegistryAlone, NeitherConnectsNorChecksTheLock) {
  CliRun kamal(three_hosts);
  kamal.servers.unreachable("1.1.1.1");
  EXPECT_EQ(kamal.run({"build", "push"}).status, 0);
  EXPECT_THAT(kamal.story.of({"docker buildx build"}), Not(IsEmpty()));
  EXPECT_THAT(kamal.servers.connected, IsEmpty());
}

}  // namespace
}  // namespace kamal
