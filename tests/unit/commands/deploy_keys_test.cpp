// Keys of deploy.yml whose effect on a command is a matter of more than one family.
#include <gtest/gtest.h>

#include "kamal/commands/proxy.h"
#include "support/there.h"
#include "unit/commands/commands_of.h"

namespace kamal::commands {
namespace {

using test::configured;

const std::string defaults =
    " --deploy-timeout=30s --drain-timeout=30s --buffer-requests --buffer-responses"
    " --log-request-header=Cache-Control --log-request-header=Last-Modified --log-request-header=User-Agent";

TEST(DeployKeys, PrimaryRoleIsBehindTheProxy) {
  const config::Configuration config = configured("primary_role: api\nservers: { api: [ 1.1.1.1 ] }");
  EXPECT_EQ(text(app_of(config, "api").deploy("0a1b2c")),
            "docker exec kamal-proxy kamal-proxy deploy shop-api --target=0a1b2c:80" + defaults);
}

TEST(DeployKeys, ProxyTrueOfARoleTakesTheRootsSettings) {
  const config::Configuration config = configured(
      "proxy: { app_port: 3000 }\nservers: { web: [ 1.1.1.1 ], api: { hosts: [ 1.1.1.2 ], proxy: true } }");
  EXPECT_EQ(text(app_of(config, "api", "1.1.1.2").deploy("0a1b2c")),
            "docker exec kamal-proxy kamal-proxy deploy shop-api --target=0a1b2c:3000" + defaults);
}

TEST(DeployKeys, ProxyFalseOfARoleStopsWithinTheDrainTimeout) {
  const config::Configuration config = configured("servers: { web: { hosts: [ 1.1.1.1 ], proxy: false } }");
  EXPECT_EQ(text(app_of(config).stop(Version("v0"))),
            "docker container ls --all --filter 'name=^shop-web-v0$' --quiet | xargs docker stop -t 30");
}

TEST(DeployKeys, ExtensionsAndAnchorsFillInOtherKeys) {
  const config::Configuration config =
      configured("x-env: &env { MODE: production }\nenv: { clear: { <<: *env, PORT: 1 } }\nlabels: {}");
  EXPECT_EQ(text(app_of(config).run()),
            "docker run --detach --restart unless-stopped --name shop-web-v1 --network kamal"
            " --env KAMAL_CONTAINER_NAME=shop-web-v1 --env KAMAL_VERSION=v1 --env KAMAL_HOST=1.1.1.1"
            " --env MODE=production --env PORT=1 --env-file .kamal/apps/shop/env/roles/web.env"
            " --log-opt max-size=10m --label service=shop --label role=web --label destination acme/shop:v1");
}

TEST(DeployKeys, RoleProxyRunAppliesToItsHosts) {
  const config::Configuration config = configured(
      "servers: { web: { hosts: [ 1.1.1.1 ], proxy: { run: { publish: false } } },"
      " api: { hosts: [ 1.1.1.2 ], proxy: true } }");
  EXPECT_EQ(text(Proxy(config, Host("1.1.1.1")).run()),
            "docker run --name kamal-proxy --network kamal --detach --restart unless-stopped "
            "--volume kamal-proxy-config:/home/kamal-proxy/.config/kamal-proxy "
            "--volume \"${PWD}/.kamal/proxy/apps-config:/home/kamal-proxy/.apps-config\" "
            "--log-opt max-size=10m basecamp/kamal-proxy:v0.9.2 kamal-proxy run");
  EXPECT_EQ(text(Proxy(config, Host("1.1.1.2")).run()).substr(0, 29), "echo $(cat .kamal/proxy/optio");
}

TEST(DeployKeys, EnvFilesHoldSecretsByTheirNamesInTheContainer) {
  const config::Configuration config = configured("env: { secret: [ TOKEN, \"DB_PASSWORD:MAIN_DB\" ] }");
  const test::GivenSecrets secrets = {{"TOKEN", "t"}, {"MAIN_DB", "d \"x\""}};
  const auto key_of = [](const std::string&) { return "env/secret"; };
  EXPECT_EQ(config::env_file_text(config.env_of(test::there(config.primary_role()), Host("1.1.1.1")), secrets,
                                  key_of),
            "TOKEN=t\nDB_PASSWORD=d \"x\"\n");
}

}  // namespace
}  // namespace kamal::commands
