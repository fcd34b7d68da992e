#include <gmock/gmock.h>
#include <gtest/gtest.h>

#include <algorithm>
#include <filesystem>
#include <string>
#include <vector>

#include "kamal/support/strings.h"
#include "unit/cli/cli_run.h"

// --dry-run shows what would run, asks the servers what it has to know, and changes nothing.

namespace kamal {
namespace {

using test::CliRun;
using ::testing::AllOf;
using ::testing::ElementsAre;
using ::testing::EndsWith;
using ::testing::HasSubstr;
using ::testing::IsEmpty;
using ::testing::Not;
using ::testing::UnorderedElementsAreArray;

// A question of Docker, kamal-proxy, the lock or the audit log; or text in place of what would have run.
bool changes_nothing(const std::string& command) {
  for (const char* start :
       {"docker ps ", "docker container ls ", "docker inspect ", "docker image ls ", "docker image inspect ",
        "docker info ", "docker -v", "docker logs ", "docker exec kamal-proxy kamal-proxy list",
        "sh -c 'docker ps ", "containers=$(docker ps ", "containers=$(docker container ls ",
        "if [ -d .kamal/lock-shop ]; then cat ", "cat .kamal/lock-shop/holder", "ls .kamal/apps",
        "grep -F ' as the latest image' ", "test -e .kamal/", "printf %s ", "echo "}) {
    if (command.starts_with(start)) return command.find("docker stop") == std::string::npos;
  }
  return false;
}

struct DryRun : ::testing::TestWithParam<std::string> {
  DryRun() {
    kamal.write(".kamal/secrets", "KAMAL_REGISTRY_PASSWORD=secret-of-registry\nAPI_KEY=secret-of-app\n",
                0600);
    for (const char* name : {"shop-web-v1", "shop-jobs-v1"}) kamal.servers.docker("1.1.1.1").add(name);
    kamal.servers.docker("1.1.1.1").add("shop-web-v0", false);
    kamal.servers.docker("1.1.1.1").add("shop-jobs-v0", false);
  }

  CliRun::Result run(const std::string& line) { return kamal.run(split(line + " --dry-run", ' ')); }

  CliRun kamal{
      "servers: { web: [ 1.1.1.1 ], jobs: { hosts: [ 1.1.1.1 ] } }\n"
      "env: { secret: [ API_KEY ] }\n"
      "accessories:\n"
      "  db: { image: postgres, host: 1.1.1.1, files: [ \"Dockerfile:/info\" ], directories: [ "
      "\"data:/data\" "
      "] }\n"};
};

std::string name_of(const ::testing::TestParamInfo<std::string>& line) {
  std::string name = line.param;
  std::replace_if(
      name.begin(), name.end(), [](char c) { return std::isalnum(static_cast<unsigned char>(c)) == 0; }, '_');
  return name;
}

struct DryRunOf : DryRun {};

TEST_P(DryRunOf, ShowsChangesAndMakesNone) {
  const std::vector<std::string> running = kamal.servers.docker("1.1.1.1").running();
  const CliRun::Result result = run(GetParam());
  EXPECT_EQ(result.status, 0) << result.err << result.out;
  EXPECT_THAT(result.out, HasSubstr(" Would run "));
  EXPECT_THAT(result.err, EndsWith("Dry run: nothing was changed\n"));
  for (const std::string& command : kamal.asked("1.1.1.1")) EXPECT_TRUE(changes_nothing(command)) << command;
  EXPECT_THAT(kamal.servers.uploads, IsEmpty());
  EXPECT_THAT(kamal.servers.forwards, IsEmpty());
  EXPECT_EQ(kamal.servers.docker("1.1.1.1").running(), running);
  EXPECT_THAT(result.out + result.err, Not(HasSubstr("secret-of")));
}

INSTANTIATE_TEST_SUITE_P(
    Each, DryRunOf,
    ::testing::Values(
        "setup -P --version v2", "deploy -P --version v2", "redeploy -P --version v2", "rollback v0",
        "rollback", "deploy -P --version v1", "deploy -P --version v2 --settle 10", "app boot --version v2",
        "app start", "app stop", "app live", "app maintenance", "app exec ls", "app exec --reuse ls",
        "app remove_container v0", "app remove_containers", "app remove_images", "app remove_app_directories",
        "app remove", "accessory boot all", "accessory reboot db", "accessory restart db",
        "accessory start db", "accessory stop db", "accessory upload db", "accessory directories db",
        "accessory exec db ls", "accessory remove_container db", "accessory remove_image db",
        "accessory remove_service_directory db", "accessory remove db", "accessory upgrade all", "proxy boot",
        "proxy start", "proxy stop", "proxy restart", "proxy reboot", "proxy remove",
        "proxy remove_container", "proxy remove_image", "proxy remove_proxy_directory", "prune all",
        "prune containers", "prune images", "server bootstrap -H --version v2 --lock-wait", "server exec ls",
        "lock acquire -m no", "lock release", "registry login", "registry logout", "build pull --version v2",
        "upgrade", "remove"),
    name_of);

struct DryRunOfQuestions : DryRun {};

TEST_P(DryRunOfQuestions, AsksTheSame) {
  const CliRun::Result real = kamal.run(split(GetParam(), ' '));
  const std::vector<std::string> asked = kamal.asked("1.1.1.1");
  const std::vector<std::string> here = kamal.story.at("here");
  kamal.story.clear();
  const CliRun::Result dry = run(GetParam());
  EXPECT_EQ(dry.status, real.status) << dry.err;
  EXPECT_THAT(dry.out, Not(HasSubstr("Would ")));
  EXPECT_THAT(kamal.asked("1.1.1.1"), UnorderedElementsAreArray(asked));
  EXPECT_EQ(kamal.story.at("here"), here);
  EXPECT_GT(asked.size() + here.size(), 0u);
}

INSTANTIATE_TEST_SUITE_P(Each, DryRunOfQuestions,
                         ::testing::Values("details", "audit", "app details", "app containers", "app images",
                                           "app version", "app logs", "app stale_containers",
                                           "accessory details all", "accessory logs db", "proxy details",
                                           "proxy logs", "proxy boot_config get", "lock status",
                                           "build details", "status", "status --format json"),
                         name_of);

TEST_F(DryRun, ShowsTheCommandsOfADeployInOrder) {
  const CliRun::Result result = run("deploy -P --version v2 -r web");
  EXPECT_EQ(result.status, 0);
  std::vector<std::string> shown;
  for (const std::string& line : lines_of(result.out)) {
    for (const char* what : {"docker pull", "upload .kamal/apps/shop/env/roles/web.env",
                             "docker run --detach", "kamal-proxy deploy", "docker stop", "docker tag"}) {
      if (line.find("Would ") != std::string::npos && line.find(what) != std::string::npos)
        shown.emplace_back(what);
    }
  }
  EXPECT_THAT(shown, ElementsAre("docker pull", "upload .kamal/apps/shop/env/roles/web.env",
                                 "docker run --detach", "kamal-proxy deploy", "docker stop", "docker tag"));
}

TEST_F(DryRun, ShowsThatAnAccessoryIsRecreated) {
  kamal.servers.answer("1.1.1.1", "docker ps -a", {.out = "running\n"});
  const CliRun::Result result = run("accessory reboot db");
  EXPECT_EQ(result.status, 0);
  EXPECT_THAT(result.out,
              AllOf(HasSubstr("Would run docker container prune --force --filter label=service=shop-db on"),
                    HasSubstr("Would run docker run --name shop-db ")));
}

TEST_F(DryRun, NeitherBuildsNorLogsInHere) {
  const CliRun::Result result = run("deploy --version v2");
  EXPECT_EQ(result.status, 0);
  EXPECT_THAT(kamal.story.at("here"),
              ElementsAre("docker --version", "docker buildx version", HasSubstr("docker buildx inspect")));
  EXPECT_THAT(result.out,
              AllOf(HasSubstr("Would run docker login -u [REDACTED] --password-stdin on localhost"),
                    HasSubstr("Would run docker buildx build "), HasSubstr("Would run git -C ")));
}

TEST_F(DryRun, RunsPreConnectAndNamesOtherHooks) {
  for (const char* hook : {"pre-connect", "pre-deploy", "post-deploy"}) kamal.add_hook(hook);
  const CliRun::Result result = run("deploy -P --version v2");
  EXPECT_EQ(result.status, 0);
  EXPECT_THAT(kamal.story.of({".kamal/hooks/"}), ElementsAre(HasSubstr("pre-connect")));
  EXPECT_THAT(result.out,
              AllOf(HasSubstr("Would run the pre-deploy hook"), HasSubstr("Would run the post-deploy hook")));
}

TEST_F(DryRun, GoesOnWhereDockerIsMissing) {
  CliRun bare("servers: [ 1.1.1.1, 1.1.1.2 ]");
  bare.servers.answer("*", "docker ", {.status = 127, .err = "docker: not found"});
  bare.servers.answer("*", "docker inspect kamal-proxy", {});  // awk has the last word
  const CliRun::Result result = bare.run({"setup", "-P", "--version", "v2", "--dry-run"});
  EXPECT_EQ(result.status, 0) << result.err;
  EXPECT_THAT(result.out, AllOf(HasSubstr("Would run sh -c 'curl -fsSL https://get.docker.com"),
                                HasSubstr("Would run docker run --detach")));
}

TEST_F(DryRun, FailsWhereAQuestionFails) {
  kamal.servers.answer("1.1.1.1", "docker container ls --all --filter 'name=^shop-web-v9$'",
                       {.status = 1, .err = "no daemon"});
  const CliRun::Result result = run("rollback v9");
  EXPECT_EQ(result.status, 1);
  EXPECT_THAT(result.err, HasSubstr("no daemon"));
}

TEST_F(DryRun, WritesNoLogFile) {
  kamal.write("config/deploy.staging.yml", "output:\n  file:\n    path: logs\n");
  kamal.write(".kamal/secrets.staging", "KAMAL_REGISTRY_PASSWORD=secret\nAPI_KEY=secret\n", 0600);
  EXPECT_EQ(run("deploy -P --version v2 -d staging").status, 0);
  EXPECT_FALSE(std::filesystem::exists("logs"));
}

TEST_F(DryRun, IsRefusedForCommandsWithoutServers) {
  const CliRun::Result result = run("init");
  EXPECT_EQ(result.status, 1);
  EXPECT_THAT(result.err, HasSubstr("kamal init does not support --dry-run"));
}

}  // namespace
}  // namespace kamal
