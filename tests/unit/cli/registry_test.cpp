#include <gmock/gmock.h>
#include <gtest/gtest.h>

#include "unit/cli/cli_run.h"

namespace kamal {
namespace {

using test::CliRun;
using ::testing::ElementsAre;
using ::testing::HasSubstr;
using ::testing::StartsWith;

TEST(RegistryLogin, LogsInHereAndOnTheServers) {
  CliRun kamal("servers: [ 1.1.1.1, 1.1.1.2 ]");
  EXPECT_EQ(kamal.run({"registry", "login"}).status, 0);
  EXPECT_THAT(kamal.story.of({"docker login"}),
              ::testing::UnorderedElementsAre("here: docker login -u robot --password-stdin",
                                              "1.1.1.1: docker login -u robot --password-stdin",
                                              "1.1.1.2: docker login -u robot --password-stdin"));
}

TEST(RegistryLogin, MaySkipThisMachineOrTheServers) {
  CliRun kamal;
  kamal.run({"registry", "login", "-L"});
  EXPECT_THAT(kamal.story.of({"docker login"}), ElementsAre(StartsWith("1.1.1.1: ")));
  kamal.story.clear();
  kamal.run({"registry", "login", "-R"});
  EXPECT_THAT(kamal.story.of({"docker login"}), ElementsAre(StartsWith("here: ")));
}

TEST(RegistryLogin, ToALocalRegistryPointsToSetup) {
  CliRun kamal("registry: { server: \"localhost:5000\" }");
  const CliRun::Result result = kamal.run({"registry", "login"});
  EXPECT_EQ(result.status, 1);
  EXPECT_THAT(result.err, HasSubstr("kamal registry setup"));
}

TEST(RegistryLogout, LogsOutHereAndOnTheServers) {
  CliRun kamal;
  kamal.run({"registry", "logout"});
  EXPECT_THAT(kamal.story.of({"docker logout"}),
              ElementsAre("here: docker logout", "1.1.1.1: docker logout"));
}

TEST(RegistryRemove, RemovesALocalRegistry) {
  CliRun kamal("registry: { server: \"localhost:5000\" }");
  kamal.run({"registry", "remove"});
  EXPECT_THAT(kamal.asked("here"), ElementsAre(HasSubstr("docker stop kamal-docker-registry")));
}

}  // namespace
}  // namespace kamal
