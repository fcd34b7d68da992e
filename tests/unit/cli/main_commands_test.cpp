#include <gmock/gmock.h>
#include <gtest/gtest.h>

#include <filesystem>

#include "kamal/support/files.h"
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

TEST(Remove, RemovesAppProxyAccessoriesAndLogin) {
  CliRun kamal("accessories: { redis: { image: redis, host: 1.1.1.1 } }");
  kamal.servers.answer("*", "ls .kamal/apps", {0, "0\n", ""});
  EXPECT_EQ(kamal.run({"remove", "-y", "--version", "v1"}).status, 0);
  EXPECT_THAT(
      kamal.story.of(
          {"rm -rf .kamal/apps/shop", "rm -rf .kamal/proxy", "rm -rf shop-redis", "docker logout"}),
      ElementsAre("1.1.1.1: rm -rf .kamal/apps/shop", "1.1.1.1: rm -rf .kamal/proxy/apps-config/shop",
                  "1.1.1.1: rm -rf .kamal/proxy", "1.1.1.1: rm -rf shop-redis", "1.1.1.1: docker logout"));
}

constexpr const char* with_redis = "accessories: { redis: { image: redis, host: 1.1.1.1 } }";

TEST(Remove, AsksAgainBeforeRemovingTheDataOfAccessories) {
  CliRun kamal(with_redis);
  kamal.answers = {"y", "y"};
  EXPECT_EQ(kamal.run({"remove", "--version", "v1"}).status, 0);
  EXPECT_THAT(kamal.questions, ElementsAre(HasSubstr("all containers and images"),
                                           HasSubstr("data directories of all accessories")));
  EXPECT_THAT(kamal.story.of({"rm -rf shop-redis"}), ElementsAre("1.1.1.1: rm -rf shop-redis"));
}

TEST(Remove, KeepsAccessoriesOnANoButLogsOut) {
  CliRun kamal(with_redis);
  kamal.answers = {"y", "N"};
  EXPECT_EQ(kamal.run({"remove", "--version", "v1"}).status, 0);
  EXPECT_THAT(kamal.story.of({"rm -rf .kamal/apps/shop", "shop-redis", "docker logout"}),
              ElementsAre("1.1.1.1: rm -rf .kamal/apps/shop", "1.1.1.1: docker logout"));
}

TEST(Remove, AsksOnceWithoutAccessories) {
  CliRun kamal;
  kamal.answers = {"y"};
  EXPECT_EQ(kamal.run({"remove", "--version", "v1"}).status, 0);
  EXPECT_THAT(kamal.questions, ElementsAre(HasSubstr("all containers and images")));
}

TEST(Audit, ShowsTheLogOfEveryServer) {
  CliRun kamal("servers: [ 1.1.1.1, 1.1.1.2 ]");
  kamal.servers.answer("*", "tail -n 50 .kamal/shop-audit.log",
                       {0, "[2026-01-02T03:04:05Z] [ann] Booted\n", ""});
  EXPECT_THAT(kamal.run({"audit"}).out,
              AllOf(HasSubstr("App Host: 1.1.1.1\n[2026"), HasSubstr("App Host: 1.1.1.2\n[2026")));
}

TEST(Details, ShowProxyAppAndAccessories) {
  CliRun kamal("accessories: { redis: { image: redis, host: 1.1.1.1 } }");
  EXPECT_THAT(kamal.run({"details"}).out,
              AllOf(HasSubstr("Proxy Host: 1.1.1.1"), HasSubstr("App Host: 1.1.1.1"),
                    HasSubstr("Accessory redis Host: 1.1.1.1")));
}

TEST(ConfigCommand, PrintsTheConfigurationWithoutAskingAServer) {
  CliRun kamal;
  const CliRun::Result result = kamal.run({"config", "--version", "v1"});
  EXPECT_EQ(result.status, 0);
  EXPECT_THAT(result.out, AllOf(StartsWith("---\n"), HasSubstr(":version: v1"), Not(HasSubstr("sesame"))));
  EXPECT_THAT(kamal.story.events(), IsEmpty());
}

TEST(ConfigCommand, RefusesAnUnknownFormat) {
  CliRun kamal;
  EXPECT_THAT(kamal.run({"config", "--format", "toml"}).err, HasSubstr("yaml or json"));
}

TEST(Connections, AreMadeAsTheConfigurationSays) {
  CliRun kamal("ssh: { user: deploy, port: 2222, proxy: bastion.example.com }");
  kamal.run({"app", "containers"});
  EXPECT_EQ(kamal.settings.value().user, "deploy");
  EXPECT_EQ(kamal.settings.value().port, 2222);
  EXPECT_EQ(kamal.settings.value().proxy_jump, "root@bastion.example.com");
}

TEST(Connections, GetKeysFromSecrets) {
  CliRun kamal("ssh: { key_data: [ SSH_KEY ] }");
  kamal.write(".kamal/secrets", "SSH_KEY='-----BEGIN KEY-----'\n");
  kamal.run({"app", "containers"});
  EXPECT_THAT(kamal.settings.value().key_data, ElementsAre("-----BEGIN KEY-----"));
}

TEST(Connections, SkipAnEmptyKeyWithAWarning) {
  CliRun kamal("ssh: { key_data: [ SSH_KEY, OTHER ] }");
  kamal.write(".kamal/secrets", "SSH_KEY=\nOTHER='-----BEGIN KEY-----'\n");
  const CliRun::Result result = kamal.run({"app", "containers"});
  EXPECT_EQ(result.status, 0) << result.err;
  ASSERT_TRUE(kamal.settings);
  EXPECT_THAT(kamal.settings->key_data, ElementsAre("-----BEGIN KEY-----"));
  EXPECT_THAT(result.err,
              HasSubstr("WARNING: .kamal/secrets:1: ssh/key_data: the secret SSH_KEY is empty, so this "
                        "key is skipped"));
}

TEST(Upgrade, ReplacesTraefikBootsTheAppAndRestartsAccessories) {
  CliRun kamal("accessories: { redis: { image: redis, host: 1.1.1.1 } }");
  EXPECT_EQ(kamal.run({"upgrade", "-y", "--version", "v1"}).status, 0);
  EXPECT_THAT(kamal.story.of({"container stop traefik", "--name shop-web-v1 ", "container stop shop-redis",
                              "--name shop-redis "}),
              ElementsAre(HasSubstr("stop traefik"), HasSubstr("shop-web-v1"), HasSubstr("stop shop-redis"),
                          HasSubstr("docker run --name shop-redis")));
}

TEST(Upgrade, MayGoFromServerToServer) {
  CliRun kamal("servers: [ 1.1.1.1, 1.1.1.2 ]");
  kamal.run({"upgrade", "-y", "--rolling", "--version", "v1"});
  EXPECT_THAT(kamal.story.of({"container stop traefik", "docker run --detach"}),
              ElementsAre(StartsWith("1.1.1.1: docker container"), StartsWith("1.1.1.1: docker run"),
                          StartsWith("1.1.1.2: docker container"), StartsWith("1.1.1.2: docker run")));
}

TEST(Upgrade, RestartsAccessoriesOfServersWithoutTheApp) {
  CliRun kamal("accessories: { redis: { image: redis, host: 1.1.1.9 } }");
  kamal.run({"upgrade", "-y", "--rolling", "--version", "v1"});
  EXPECT_THAT(kamal.changes("1.1.1.9"), Contains(HasSubstr("docker run --name shop-redis")));
  EXPECT_THAT(kamal.story.of({"1.1.1.9: docker container stop traefik"}), IsEmpty());
}

TEST(Upgrade, WithoutAccessoriesUpgradesTheApp) {
  CliRun kamal;
  EXPECT_EQ(kamal.run({"upgrade", "-y", "--version", "v1"}).status, 0);
  EXPECT_THAT(kamal.story.of({"docker run --detach"}), ElementsAre(HasSubstr("--name shop-web-v1 ")));
}

TEST(Upgrade, LeavesAccessoriesOfOtherServersAlone) {
  CliRun kamal("accessories: { redis: { image: redis, host: 1.1.1.9 } }");
  EXPECT_EQ(kamal.run({"upgrade", "-y", "-h", "1.1.1.1", "--version", "v1"}).status, 0);
  EXPECT_THAT(kamal.asked("1.1.1.1"), Contains(HasSubstr("docker run --detach")));
  EXPECT_THAT(kamal.asked("1.1.1.9"), IsEmpty());
}

TEST(Init, KeepsAnExistingConfiguration) {
  CliRun kamal("service: mine");
  EXPECT_THAT(
      kamal.run({"init"}).out,
      HasSubstr("Config file already exists in config/deploy.yml (remove first to create a new one)"));
  EXPECT_THAT(read_file("config/deploy.yml"), HasSubstr("service: mine"));
}

TEST(Init, WritesSecretsAndHooksThatAreMissing) {
  CliRun kamal;
  kamal.run({"init"});
  EXPECT_THAT(read_file(".kamal/secrets"), HasSubstr("KAMAL_REGISTRY_PASSWORD=$KAMAL_REGISTRY_PASSWORD"));
  EXPECT_TRUE(std::filesystem::exists(".kamal/hooks/pre-deploy.sample"));
}

TEST(Init, WithBundleExplainsHowToReplaceTheBinstub) {
  CliRun kamal;
  EXPECT_THAT(kamal.run({"init", "--bundle"}).out, HasSubstr("exec kamal \"$@\"\n"));
  EXPECT_THAT(kamal.processes.lines(), IsEmpty());
}

TEST(Docs, OfASectionAreItsOwn) {
  CliRun kamal;
  EXPECT_THAT(kamal.run({"docs", "registry"}).out,
              StartsWith("# The builder pushes the image to the registry"));
}

TEST(VersionCommand, PrintsTheKamalVersionItReplaces) {
  CliRun kamal;
  EXPECT_EQ(kamal.run({"version"}).out, "2.12.0\n");
}

TEST(VersionCommand, PrintsTheBuildIfVerbose) {
  CliRun kamal;
  EXPECT_EQ(kamal.run({"version", "--verbose"}).out, "kamal 0.1, commit 1234567\n");
}

TEST(ServerBootstrap, ChecksForDockerAndRunsTheDockerSetupHook) {
  CliRun kamal;
  kamal.add_hook("docker-setup");
  EXPECT_EQ(kamal.run({"server", "bootstrap", "--version", "v1"}).status, 0);
  EXPECT_THAT(kamal.story.of({"docker -v", "hooks/"}),
              ElementsAre("1.1.1.1: docker -v", "here: .kamal/hooks/docker-setup"));
}

TEST(Connections, RecordThatThePortIsSet) {
  CliRun kamal("ssh: { port: 2222 }");
  kamal.run({"app", "containers"});
  EXPECT_FALSE(kamal.settings.value().user_is_set);
  EXPECT_TRUE(kamal.settings.value().port_is_set);
}

TEST(Connections, RecordThatTheUserIsSet) {
  CliRun kamal("ssh: { user: deploy }");
  kamal.run({"app", "containers"});
  EXPECT_TRUE(kamal.settings.value().user_is_set);
  EXPECT_FALSE(kamal.settings.value().port_is_set);
}

TEST(Connections, ForwardTheAgentByDefault) {
  CliRun kamal;
  kamal.run({"app", "containers"});
  EXPECT_TRUE(kamal.settings.value().forward_agent);
}

}  // namespace
}  // namespace kamal
