#include <gtest/gtest.h>

#include "unit/commands/commands_of.h"

namespace kamal::commands {
namespace {

using test::configured;

const std::string start =
    "docker run --detach --restart unless-stopped --name shop-web-v1 --network kamal"
    " --env KAMAL_CONTAINER_NAME=shop-web-v1 --env KAMAL_VERSION=v1 --env KAMAL_HOST=1.1.1.1";
const std::string env_file = " --env-file .kamal/apps/shop/env/roles/web.env";
const std::string log = " --log-opt max-size=10m";
const std::string labels = " --label service=shop --label role=web --label destination";
const std::string image = " acme/shop:v1";

std::string run(const std::string& yaml) { return text(app_of(configured(yaml)).run()); }

TEST(AppRun, StartsAContainerNamedAfterServiceRoleAndVersion) {
  EXPECT_EQ(run(""),
            "docker run --detach --restart unless-stopped --name shop-web-v1 --network kamal"
            " --env KAMAL_CONTAINER_NAME=shop-web-v1 --env KAMAL_VERSION=v1 --env KAMAL_HOST=1.1.1.1"
            " --env-file .kamal/apps/shop/env/roles/web.env --log-opt max-size=10m"
            " --label service=shop --label role=web --label destination acme/shop:v1");
}

TEST(AppRun, EscapesNewlines) {
  EXPECT_EQ(run("env: { A: \"one\\ntwo\\tthree\" }"),
            start + " --env \"A=one\\\\ntwo\tthree\"" + env_file + log + labels + image);
  EXPECT_EQ(
      run("labels: { a: \"one\\ntwo\" }\nservers: { web: { hosts: [ 1.1.1.1 ], options: { annotation: "
          "\"three\\nfour\" } } }"),
      start + env_file + log + labels + " --label \"a=one\\\\ntwo\" --annotation \"three\\\\nfour\"" + image);
}

TEST(AppRun, NamesTheDestinationEverywhere) {
  EXPECT_EQ(text(app_of(configured("", "staging")).run()),
            "docker run --detach --restart unless-stopped --name shop-web-staging-v1 --network kamal"
            " --env KAMAL_CONTAINER_NAME=shop-web-staging-v1 --env KAMAL_VERSION=v1 --env KAMAL_HOST=1.1.1.1"
            " --env KAMAL_DESTINATION=staging --env-file .kamal/apps/shop-staging/env/roles/web.env"
            " --log-opt max-size=10m --label service=shop --label role=web --label destination=staging"
            " acme/shop:v1");
}

TEST(AppRun, TakesAHostName) {
  const std::string command = text(app_of(configured()).run("box-0123456789ab"));
  EXPECT_EQ(command,
            "docker run --detach --restart unless-stopped --name shop-web-v1 --network kamal"
            " --hostname box-0123456789ab --env KAMAL_CONTAINER_NAME=shop-web-v1 --env KAMAL_VERSION=v1"
            " --env KAMAL_HOST=1.1.1.1" +
                env_file + log + labels + image);
}

TEST(AppRun, TruncatesLongHostnames) {
  EXPECT_EQ(App::hostname(Host("web.example.com"), "0123456789ab"), "web.example.com-0123456789ab");
  EXPECT_EQ(App::hostname(Host(std::string(50, 'a') + ".example.com"), "0123456789ab"),
            std::string(50, 'a') + "-0123456789ab");
}

TEST(AppRun, ServiceNamesContainersAndDirectories) {
  EXPECT_EQ(run("service: mall"),
            "docker run --detach --restart unless-stopped --name mall-web-v1 --network kamal"
            " --env KAMAL_CONTAINER_NAME=mall-web-v1 --env KAMAL_VERSION=v1 --env KAMAL_HOST=1.1.1.1"
            " --env-file .kamal/apps/mall/env/roles/web.env --log-opt max-size=10m"
            " --label service=mall --label role=web --label destination acme/shop:v1");
}

TEST(AppRun, ImageIsWhatRuns) {
  EXPECT_EQ(run("image: acme/other"), start + env_file + log + labels + " acme/other:v1");
}

TEST(AppRun, RegistryServerStandsBeforeTheImage) {
  EXPECT_EQ(run("registry: { server: registry.test, username: u, password: p }"),
            start + env_file + log + labels + " registry.test/acme/shop:v1");
}

TEST(AppRun, LabelsOfTheRootAreAdded) {
  EXPECT_EQ(run("labels: { team: store, note: it's \"quoted\" & more }"),
            start + env_file + log + labels +
                " --label team=store --label \"note=it's \\\"quoted\\\" & more\"" + image);
}

TEST(AppRun, LabelsOfARoleWin) {
  EXPECT_EQ(run("labels: { team: store }\nservers: { web: { hosts: [ 1.1.1.1 ], labels: { team: web } } }"),
            start + env_file + log + labels + " --label team=web" + image);
}

TEST(AppRun, VolumesOfTheRootAreMounted) {
  EXPECT_EQ(run("volumes: [ \"/data:/data:ro\", cache:/cache ]"),
            start + env_file + log + " --volume /data:/data:ro --volume cache:/cache" + labels + image);
}

TEST(AppRun, VolumesMayStartAtTheLoginDirectory) {
  EXPECT_EQ(run("volumes: [ \"$PWD/data:/data\", \"~/more:/more\" ]"),
            start + env_file + log + " --volume \"${PWD}/data:/data\" --volume \"${HOME}/more:/more\"" +
                labels + image);
}

TEST(AppRun, PassesClearEnv) {
  EXPECT_EQ(run("env: { MODE: production, PORT: 3000 }"),
            start + " --env MODE=production --env PORT=3000" + env_file + log + labels + image);
}

TEST(AppRun, PassesClearEnvBesideSecrets) {
  EXPECT_EQ(run("env: { clear: { MODE: production }, secret: [ TOKEN ] }"),
            start + " --env MODE=production" + env_file + log + labels + image);
}

TEST(AppRun, EnvValuesArriveAsWritten) {
  EXPECT_EQ(run("env: { A: 'costs $5 `date` \"x\" \\n' }"),
            start + " --env \"A=costs \\$5 \\`date\\` \\\"x\\\" \\\\n\"" + env_file + log + labels + image);
}

TEST(AppRun, EnvValuesMayNameVariablesOfTheServer) {
  EXPECT_EQ(run("env: { DATA: \"${HOME}/data\" }"),
            start + " --env \"DATA=${HOME}/data\"" + env_file + log + labels + image);
}

TEST(AppRun, LeavesAnEmptyVariableUnset) {
  EXPECT_EQ(
      run("env: { AWS_ENDPOINT_URL: \"\", BLANK: \" \", COLOR: false }"),
      start + " --env AWS_ENDPOINT_URL --env BLANK --env COLOR=false" + env_file + log + labels + image);
}

TEST(AppRun, EnvOfARoleWins) {
  EXPECT_EQ(run("env: { MODE: a, ALL: b }\nservers: { web: { hosts: [ 1.1.1.1 ], env: { MODE: c } } }"),
            start + " --env MODE=c --env ALL=b" + env_file + log + labels + image);
}

TEST(AppRun, EnvOfAHostsTagWins) {
  EXPECT_EQ(
      run("env: { clear: { MODE: a }, tags: { eu: { MODE: b, ZONE: c } } }\nservers: [ { 1.1.1.1: eu } ]"),
      start + " --env MODE=b --env ZONE=c" + env_file + log + labels + image);
}

TEST(AppRun, LoggingOfTheRootIsUsed) {
  EXPECT_EQ(
      run("logging: { driver: local, options: { max-size: 100m, max-file: 3 } }"),
      start + env_file + " --log-driver local --log-opt max-size=100m --log-opt max-file=3" + labels + image);
}

TEST(AppRun, LoggingOfARoleIsMergedIn) {
  EXPECT_EQ(
      run("logging: { driver: local, options: { max-file: 3 } }\n"
          "servers: { web: { hosts: [ 1.1.1.1 ], logging: { options: { max-size: 1m } } } }"),
      start + env_file + " --log-driver local --log-opt max-file=3 --log-opt max-size=1m" + labels + image);
}

TEST(AppRun, LoggingDriverAloneDropsOptions) {
  EXPECT_EQ(run("logging: { driver: journald }"),
            start + env_file + " --log-driver journald" + labels + image);
}

TEST(AppRun, CmdOfARoleIsShellText) {
  EXPECT_EQ(run("servers: { web: { hosts: [ 1.1.1.1 ], cmd: 'sh -c \"bin/web --port 80\"' } }"),
            start + env_file + log + labels + image + " sh -c \"bin/web --port 80\"");
}

TEST(AppRun, RejectsCmdWithUnterminatedQuote) {
  const config::Configuration config =
      configured("servers: { web: { hosts: [ 1.1.1.1 ], cmd: 'sh -c \"bin/web' } }");
  EXPECT_THROW(app_of(config).run(), std::invalid_argument);
}

TEST(AppRun, PassesRoleOptions) {
  EXPECT_EQ(
      run("servers: { web: { hosts: [ 1.1.1.1 ], options: { memory: 2g, init: true, add-host: [ a:1, b:2 ],"
          " health-cmd: curl -f http://localhost/ } } }"),
      start + env_file + log + labels +
          " --memory 2g --init --add-host a:1 --add-host b:2 --health-cmd \"curl -f http://localhost/\"" +
          image);
}

TEST(AppRun, EmptyOptionValueIsAFlag) {
  EXPECT_EQ(run("servers: { web: { hosts: [ 1.1.1.1 ], options: { privileged: \"\" } } }"),
            start + env_file + log + labels + " --privileged" + image);
}

TEST(AppRun, RestartOptionReplacesThePolicy) {
  EXPECT_EQ(run("servers: { web: { hosts: [ 1.1.1.1 ], options: { restart: on-failure } } }"),
            "docker run --detach --restart on-failure --name shop-web-v1 --network kamal"
            " --env KAMAL_CONTAINER_NAME=shop-web-v1 --env KAMAL_VERSION=v1 --env KAMAL_HOST=1.1.1.1" +
                env_file + log + labels + image);
}

TEST(AppRun, AssetPathMountsTheVersionsVolume) {
  EXPECT_EQ(run("asset_path: /app/public"),
            start + env_file + log +
                " --volume \"${PWD}/.kamal/apps/shop/assets/volumes/web-v1:/app/public\"" + labels + image);
}

TEST(AppRun, AssetPathTakesMountOptions) {
  EXPECT_EQ(run("asset_path: /app/public:ro,z"),
            start + env_file + log +
                " --volume \"${PWD}/.kamal/apps/shop/assets/volumes/web-v1:/app/public:ro,z\"" + labels +
                image);
}

TEST(AppRun, AssetPathOfARoleWins) {
  EXPECT_EQ(run("asset_path: /all\nservers: { web: { hosts: [ 1.1.1.1 ], asset_path: /web } }"),
            start + env_file + log + " --volume \"${PWD}/.kamal/apps/shop/assets/volumes/web-v1:/web\"" +
                labels + image);
}

TEST(AppRun, RolesWithoutProxyHaveNoAssets) {
  EXPECT_EQ(run("asset_path: /all\nservers: { web: { hosts: [ 1.1.1.1 ], proxy: false } }"),
            start + env_file + log + labels + image);
}

TEST(AppRun, OtherRolesHaveTheirOwnNames) {
  const config::Configuration config =
      configured("servers: { web: [ 1.1.1.1 ], jobs: { hosts: [ 1.1.1.2 ], cmd: bin/jobs } }");
  EXPECT_EQ(text(app_of(config, "jobs", "1.1.1.2").run()),
            "docker run --detach --restart unless-stopped --name shop-jobs-v1 --network kamal"
            " --env KAMAL_CONTAINER_NAME=shop-jobs-v1 --env KAMAL_VERSION=v1 --env KAMAL_HOST=1.1.1.2"
            " --env-file .kamal/apps/shop/env/roles/jobs.env --log-opt max-size=10m"
            " --label service=shop --label role=jobs --label destination acme/shop:v1 bin/jobs");
}

}  // namespace
}  // namespace kamal::commands
