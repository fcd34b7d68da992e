#include "kamal/commands/docker.h"

#include <gtest/gtest.h>

#include "support/deploy_file.h"
#include "support/there.h"

namespace kamal::commands {
namespace {

using test::configured;
using test::GivenSecrets;

const GivenSecrets secrets = {{"REGISTRY_USER", "robot"}, {"REGISTRY_PASSWORD", "pa$$ ${x}'\""}};

TEST(Registry, PassesThePasswordOnStdin) {
  const config::Configuration config =
      configured("registry: { server: registry.test, username: robot, password: sesame }");
  const Command login = Registry(config).login(secrets);
  EXPECT_EQ(login.shell_text(), "docker login registry.test -u robot --password-stdin");
  EXPECT_EQ(login.input(), "sesame");
}

TEST(Registry, ResolvesSecrets) {
  const config::Configuration config =
      configured("registry: { username: [ REGISTRY_USER ], password: [ REGISTRY_PASSWORD ] }");
  const Command login = Registry(config).login(secrets);
  EXPECT_EQ(login.shell_text(), "docker login -u robot --password-stdin");
  EXPECT_EQ(login.input(), "pa$$ ${x}'\"");
}

TEST(Registry, RedactsTheUsername) {
  const config::Configuration config = configured();
  EXPECT_EQ(Registry(config).login(secrets).display(), "docker login -u [REDACTED] --password-stdin");
}

TEST(Registry, NamesTheKeyOfAMissingSecret) {
  const config::Configuration config = configured("registry: { username: robot, password: [ MISSING ] }");
  try {
    Registry(config).login(secrets);
    FAIL() << "nothing thrown";
  } catch (const std::runtime_error& error) {
    EXPECT_STREQ(error.what(), "MISSING is missing, wanted by registry/password");
  }
}

TEST(Registry, LogsOut) {
  EXPECT_EQ(Registry(configured()).logout().shell_text(), "docker logout");
  const config::Configuration config =
      configured("registry: { server: registry.test, username: u, password: p }");
  EXPECT_EQ(Registry(config).logout().shell_text(), "docker logout registry.test");
}

TEST(Registry, AccessoryMayHaveItsOwn) {
  const config::Configuration config = configured(
      "accessories: { db: { image: postgres, host: 1.1.1.5, "
      "registry: { server: other.test, username: u, password: p } } }");
  const Command login = Registry(config, test::there(config.accessory("db"))).login(secrets);
  EXPECT_EQ(login.shell_text(), "docker login other.test -u u --password-stdin");
}

TEST(Registry, AccessoryDefaultsToTheApps) {
  const config::Configuration config = configured("accessories: { db: { image: postgres, host: 1.1.1.5 } }");
  const Command login = Registry(config, test::there(config.accessory("db"))).login(secrets);
  EXPECT_EQ(login.shell_text(), "docker login -u robot --password-stdin");
}

TEST(Registry, LocalNeedsNoLogin) {
  const config::Configuration config = configured("registry: { server: \"localhost:5555\" }");
  EXPECT_TRUE(Registry(config).local());
  EXPECT_TRUE(Registry(config).login(secrets).empty());
}

TEST(Registry, LocalRunsAsAContainer) {
  const config::Configuration config = configured("registry: { server: \"localhost:5555\" }");
  EXPECT_EQ(Registry(config).setup().shell_text(),
            "docker start kamal-docker-registry || docker run --detach -p 127.0.0.1:5555:5000 "
            "--name kamal-docker-registry registry:3");
  EXPECT_EQ(Registry(config).remove().shell_text(),
            "docker stop kamal-docker-registry && docker rm kamal-docker-registry");
}

}  // namespace
}  // namespace kamal::commands
