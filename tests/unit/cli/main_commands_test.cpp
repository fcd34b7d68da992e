#include <gmock/gmock.h>
#include <gtest/gtest.h>

#include "unit/cli/cli_run.h"

namespace kamal {
namespace {

using test::CliRun;
using ::testing::AllOf;
using ::testing::ElementsAre;
using ::testing::HasSubstr;
using ::testing::IsEmpty;
using ::testing::Not;
using ::testing::StartsWith;

TEST(Remove, RemovesAppProxyAccessoriesAndLogIn) {
  CliRun kamal("accessories: { redis: { image: redis, host: 1.1.1.1 } }");
  kamal.servers.answer("*", "ls .kamal/apps", {0, "0\n", ""});
  EXPECT_EQ(kamal.run({"remove", "-y", "--version", "v1"}).status, 0);
  EXPECT_THAT(
      kamal.story.of({"rm -r .kamal/apps/shop", "rm -r .kamal/proxy", "rm -rf shop-redis", "docker logout"}),
      ElementsAre("1.1.1.1: rm -r .kamal/apps/shop", "1.1.1.1: rm -r .kamal/proxy/apps-config/shop",
                  "1.1.1.1: rm -r .kamal/proxy", "1.1.1.1: rm -rf shop-redis", "1.1.1.1: docker logout"));
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
  EXPECT_EQ(kamal.settings->user, "deploy");
  EXPECT_EQ(kamal.settings->port, 2222);
  EXPECT_EQ(kamal.settings->proxy_jump, "root@bastion.example.com");
}

TEST(Connections, GetKeysFromSecrets) {
  CliRun kamal("ssh: { key_data: [ SSH_KEY ] }");
  kamal.write(".kamal/secrets", "SSH_KEY='-----BEGIN KEY-----'\n");
  kamal.run({"app", "containers"});
  EXPECT_THAT(kamal.settings->key_data, ElementsAre("-----BEGIN KEY-----"));
}

}  // namespace
}  // namespace kamal
