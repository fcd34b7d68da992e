#include "kamal/commands/app.h"

#include <gtest/gtest.h>

#include "unit/commands/commands_of.h"

namespace kamal::commands {
namespace {

using test::configured;

const std::string running_filters =
    "--filter label=service=shop --filter label=destination= --filter label=role=web"
    " --filter status=running --filter status=restarting";
const std::string running_id =
    "sh -c 'docker ps --latest --quiet " + running_filters +
    " --filter ancestor=$(docker image ls --filter reference=acme/shop:latest --format '\\''{{.ID}}'\\'') ; "
    "docker ps --latest --quiet " +
    running_filters + "' | head -1";

const std::string web_and_jobs = "servers: { web: [ 1.1.1.1 ], jobs: { hosts: [ 1.1.1.2 ] } }\n";

TEST(App, StartsTheContainerOfTheVersion) {
  EXPECT_EQ(text(app_of(configured()).start()), "docker start shop-web-v1");
}

TEST(App, StopsTheRunningContainer) {
  EXPECT_EQ(text(app_of(configured()).stop()), running_id + " | xargs docker stop");
}

TEST(App, StopsAVersion) {
  EXPECT_EQ(text(app_of(configured()).stop(Version("v0"))),
            "docker container ls --all --filter 'name=^shop-web-v0$' --quiet | xargs docker stop");
}

TEST(App, StopsASavedVersion) {
  EXPECT_EQ(text(app_of(configured()).stop(Version("${old}"))),
            "docker container ls --all --filter \"name=^shop-web-${old}\\$\" --quiet | xargs docker stop");
}

TEST(App, RolesWithoutProxyStopWithinTheDrainTimeout) {
  const config::Configuration config = configured(web_and_jobs + "drain_timeout: 20");
  EXPECT_EQ(text(app_of(config, "jobs", "1.1.1.2").stop(Version("v0"))),
            "docker container ls --all --filter 'name=^shop-jobs-v0$' --quiet | xargs docker stop -t 20");
}

TEST(App, RootStopTimeoutAppliesToEveryRole) {
  EXPECT_EQ(text(app_of(configured("stop_timeout: 45")).stop(Version("v0"))),
            "docker container ls --all --filter 'name=^shop-web-v0$' --quiet | xargs docker stop -t 45");
}

TEST(App, StopTimeoutOfARoleWins) {
  const config::Configuration config =
      configured("stop_timeout: 45\nservers: { web: { hosts: [ 1.1.1.1 ], stop_timeout: 60 } }");
  EXPECT_EQ(text(app_of(config).stop(Version("v0"))),
            "docker container ls --all --filter 'name=^shop-web-v0$' --quiet | xargs docker stop -t 60");
}

TEST(App, StatusIsTheHealthOrElseTheState) {
  EXPECT_EQ(text(app_of(configured()).status(Version("v1"))),
            "docker container ls --all --filter 'name=^shop-web-v1$' --quiet | xargs docker inspect --format "
            "'{{if .State.Health}}{{.State.Health.Status}}{{else}}{{.State.Status}}{{end}}'");
}

TEST(App, InfoListsTheRolesContainers) {
  EXPECT_EQ(text(app_of(configured()).info()),
            "docker ps --filter label=service=shop --filter label=destination= --filter label=role=web");
  EXPECT_EQ(
      text(app_of(configured("", "staging")).info()),
      "docker ps --filter label=service=shop --filter label=destination=staging --filter label=role=web");
}

TEST(App, FindsTheRunningContainer) {
  EXPECT_EQ(text(app_of(configured()).current_running_container_id()), running_id);
}

TEST(App, FindsTheContainerOfAVersion) {
  EXPECT_EQ(text(app_of(configured()).container_id_for_version(Version("v1"))),
            "docker container ls --all --filter 'name=^shop-web-v1$' --quiet");
}

TEST(App, ReportsTheRunningVersion) {
  EXPECT_EQ(text(app_of(configured()).current_running_version()),
            "sh -c 'docker ps --latest --format '\\''{{.Names}}'\\'' " + running_filters +
                " --filter ancestor=$(docker image ls --filter reference=acme/shop:latest --format "
                "'\\''{{.ID}}'\\'') ; docker ps --latest --format '\\''{{.Names}}'\\'' " +
                running_filters + "' | head -1 | while read line; do echo ${line##shop-web-}; done");
}

TEST(App, ListsVersions) {
  EXPECT_EQ(text(app_of(configured()).list_versions()),
            "docker ps --filter label=service=shop --filter label=destination= --filter label=role=web "
            "--format '{{.Names}}' | while read line; do echo ${line##shop-web-}; done");
}

TEST(App, MakesTheDirectoryOfEnvFiles) {
  EXPECT_EQ(text(app_of(configured()).ensure_env_directory()), "mkdir -p .kamal/apps/shop/env/roles");
}

TEST(App, ListsContainersOfAllRolesWithoutOne) {
  const config::Configuration config = configured();
  EXPECT_EQ(text(App(config, Version("v1")).list_containers()),
            "docker container ls --all --filter label=service=shop --filter label=destination=");
}

TEST(App, ListsContainerNames) {
  EXPECT_EQ(text(app_of(configured()).list_container_names()),
            "docker container ls --all --filter label=service=shop --filter label=destination= "
            "--filter label=role=web --format '{{ .Names }}'");
}

TEST(App, RemovesAContainer) {
  EXPECT_EQ(text(app_of(configured()).remove_container(Version("v0"))),
            "docker container ls --all --filter 'name=^shop-web-v0$' --quiet | xargs docker container rm");
}

TEST(App, RenamesAContainer) {
  EXPECT_EQ(text(app_of(configured()).rename_container(Version("v1"), Version("v1_replaced_0a"))),
            "docker rename shop-web-v1 shop-web-v1_replaced_0a");
}

TEST(App, RemovesStoppedContainers) {
  EXPECT_EQ(text(app_of(configured()).remove_containers()),
            "docker container prune --force --filter label=service=shop --filter label=destination= "
            "--filter label=role=web");
}

TEST(App, ShowsTheHealthLog) {
  EXPECT_EQ(text(app_of(configured()).container_health_log(Version("v1"))),
            "docker container ls --all --filter 'name=^shop-web-v1$' --quiet | xargs docker inspect --format "
            "'{{json .State.Health}}'");
}

TEST(App, ListsAndRemovesImages) {
  const config::Configuration config =
      configured("registry: { server: registry.test, username: u, password: p }");
  EXPECT_EQ(text(App(config, Version("v1")).list_images()), "docker image ls registry.test/acme/shop");
  EXPECT_EQ(text(App(config, Version("v1")).remove_images()),
            "docker image prune --all --force --filter label=service=shop");
}

TEST(App, TagsTheLatestImage) {
  const config::Configuration config = configured("", "staging");
  EXPECT_EQ(text(App(config, Version("v1")).tag_latest_image()),
            "docker tag acme/shop:v1 acme/shop:latest-staging");
}

TEST(App, RequiresARoleForItsContainer) {
  const config::Configuration config = configured();
  EXPECT_THROW(App(config, Version("v1")).run(), std::logic_error);
}

}  // namespace
}  // namespace kamal::commands
