#include <gmock/gmock.h>
#include <gtest/gtest.h>

#include "unit/cli/cli_run.h"

namespace kamal {
namespace {

using test::CliRun;
using ::testing::Contains;
using ::testing::ElementsAre;
using ::testing::HasSubstr;
using ::testing::IsEmpty;

TEST(AppRemove, StopsAndRemovesEverything) {
  CliRun kamal;
  kamal.servers.docker("1.1.1.1").add("shop-web-v1");
  EXPECT_EQ(kamal.run({"app", "remove", "--version", "v1"}).status, 0);
  EXPECT_THAT(kamal.story.of({"docker stop", "container prune", "image prune", "rm -rf .kamal/a",
                              "rm -rf .kamal/proxy"}),
              ElementsAre(HasSubstr("docker stop"), HasSubstr("docker container prune --force"),
                          HasSubstr("docker image prune --all --force"), "1.1.1.1: rm -rf .kamal/apps/shop",
                          "1.1.1.1: rm -rf .kamal/proxy/apps-config/shop"));
}

TEST(AppRemove, OfOneRoleKeepsWhatTheOthersShare) {
  CliRun kamal("servers: { web: [ 1.1.1.1 ], workers: { hosts: [ 1.1.1.1 ] } }");
  EXPECT_EQ(kamal.run({"app", "remove", "--version", "v1", "-r", "workers"}).status, 0);
  EXPECT_THAT(kamal.story.of({"container prune"}), ElementsAre(HasSubstr("label=role=workers")));
  EXPECT_THAT(kamal.story.of({"image prune", "rm -rf .kamal/apps"}), IsEmpty());
}

TEST(AppRemoveContainer, RemovesThatOfAVersion) {
  CliRun kamal;
  kamal.run({"app", "remove_container", "v3"});
  EXPECT_THAT(
      kamal.asked("1.1.1.1"),
      Contains(
          "docker container ls --all --filter 'name=^shop-web-v3$' --quiet | xargs docker container rm"));
}

TEST(AppRemoveContainers, RemovesTheStoppedOnesOfEachRole) {
  CliRun kamal("servers: { web: [ 1.1.1.1 ], workers: { hosts: [ 1.1.1.1 ] } }");
  kamal.run({"app", "remove_containers", "--version", "v1"});
  EXPECT_THAT(kamal.changes("1.1.1.1"),
              ElementsAre("docker container prune --force --filter label=service=shop --filter "
                          "label=destination= --filter label=role=web",
                          "docker container prune --force --filter label=service=shop --filter "
                          "label=destination= --filter label=role=workers"));
}

constexpr const char* two_roles = "servers: { web: [ 1.1.1.1 ], workers: { hosts: [ 1.1.1.1 ] } }";

TEST(AppRemoveContainers, OfARoleContinueIfThoseOfAnotherFail) {
  CliRun kamal(two_roles);
  kamal.servers.answer("*", "label=role=web", {1, "", "a prune operation is already running\n"});
  const CliRun::Result result = kamal.run({"app", "remove_containers", "--version", "v1"});
  EXPECT_EQ(result.status, 1);
  EXPECT_THAT(result.err, HasSubstr("a prune operation is already running"));
  EXPECT_THAT(kamal.changes("1.1.1.1"),
              ElementsAre(HasSubstr("label=role=web"), HasSubstr("label=role=workers")));
}

TEST(AppRemoveContainers, OfAllRolesGoInOneRoundTrip) {
  CliRun kamal(two_roles);
  kamal.environment["KAMAL_LOCK"] = "true";
  kamal.run({"app", "remove_containers", "--version", "v1"});
  EXPECT_EQ(kamal.servers.round_trips["1.1.1.1"], 1);
}

TEST(AppRemoveImages, RemovesThoseOfTheService) {
  CliRun kamal;
  kamal.run({"app", "remove_images", "--version", "v1"});
  EXPECT_THAT(kamal.changes("1.1.1.1"),
              ElementsAre("docker image prune --all --force --filter label=service=shop"));
}

TEST(AppRemoveAppDirectories, RemovesTheAppsAndItsPartOfTheProxys) {
  CliRun kamal;
  kamal.run({"app", "remove_app_directories", "--version", "v1"});
  EXPECT_THAT(kamal.changes("1.1.1.1"),
              ElementsAre("rm -rf .kamal/apps/shop", "rm -rf .kamal/proxy/apps-config/shop"));
}

}  // namespace
}  // namespace kamal
