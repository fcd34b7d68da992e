#include <gmock/gmock.h>
#include <gtest/gtest.h>

#include "unit/cli/cli_run.h"

namespace kamal {
namespace {

using test::CliRun;
using ::testing::ElementsAre;
using ::testing::HasSubstr;
using ::testing::IsEmpty;
using ::testing::StartsWith;

TEST(PruneAll, RemovesContainersThenImages) {
  CliRun kamal;
  kamal.run({"prune", "all", "--version", "v1"});
  EXPECT_THAT(kamal.changes("1.1.1.1"),
              ElementsAre(HasSubstr("docker rm $container_id"), StartsWith("docker image prune"),
                          StartsWith("docker image ls")));
}

TEST(PruneAll, TakesOneRoundTrip) {
  CliRun kamal;
  kamal.environment["KAMAL_LOCK"] = "true";
  kamal.run({"prune", "all", "--version", "v1"});
  EXPECT_EQ(kamal.servers.round_trips["1.1.1.1"], 1);
}

TEST(PruneContainers, KeepsTheRequestedNumber) {
  CliRun kamal;
  kamal.run({"prune", "containers", "--retain", "2", "--version", "v1"});
  EXPECT_THAT(kamal.changes("1.1.1.1"), ElementsAre(HasSubstr("tail -n +3")));
}

TEST(PruneContainers, RefusesToKeepNone) {
  CliRun kamal;
  const CliRun::Result result = kamal.run({"prune", "containers", "--retain", "0"});
  EXPECT_EQ(result.status, 1);
  EXPECT_THAT(result.err, HasSubstr("--retain must be at least 1"));
  EXPECT_THAT(kamal.story.events(), IsEmpty());
}

TEST(PruneContainers, KeepsFiveOtherwise) {
  CliRun kamal;
  kamal.run({"prune", "containers", "--version", "v1"});
  EXPECT_THAT(kamal.changes("1.1.1.1"), ElementsAre(HasSubstr("tail -n +6")));
}

TEST(PruneContainers, KeepsTheConfiguredNumber) {
  CliRun kamal("retain_containers: 3");
  kamal.run({"prune", "containers", "--version", "v1"});
  EXPECT_THAT(kamal.changes("1.1.1.1"), ElementsAre(HasSubstr("tail -n +4")));
}

TEST(PruneImages, RemovesDanglingOnesThenThoseThatNoContainerUses) {
  CliRun kamal;
  kamal.run({"prune", "images", "--version", "v1"});
  EXPECT_THAT(kamal.changes("1.1.1.1"),
              ElementsAre("docker image prune --force --filter label=service=shop",
                          StartsWith("docker image ls --filter label=service=shop")));
}

TEST(PruneAll, ReachesHostsThatOnlyHaveAccessories) {
  CliRun kamal("accessories: { db: { image: postgres:17, host: 1.1.1.5 } }");
  EXPECT_EQ(kamal.run({"prune", "all", "--version", "v1"}).status, 0);
  for (const char* host : {"1.1.1.1", "1.1.1.5"}) {
    EXPECT_THAT(kamal.changes(host),
                ElementsAre(HasSubstr("docker rm $container_id"), StartsWith("docker image prune"),
                            StartsWith("docker image ls")))
        << host;
  }
}

}  // namespace
}  // namespace kamal
