#include <gmock/gmock.h>
#include <gtest/gtest.h>

#include <filesystem>

#include "unit/cli/cli_run.h"

namespace kamal {
namespace {

using test::CliRun;
using ::testing::AllOf;
using ::testing::Contains;
using ::testing::ElementsAre;
using ::testing::HasSubstr;
using ::testing::IsEmpty;
using ::testing::SizeIs;
using ::testing::StartsWith;
using ::testing::UnorderedElementsAre;

constexpr const char* with_db = R"(
accessories:
  db:
    image: postgres:17
    hosts: [ 1.1.1.5, 1.1.1.6 ]
    env: { secret: [ POSTGRES_PASSWORD ] }
    files: [ "config/init.sql:/docker-entrypoint-initdb.d/init.sql" ]
    directories: [ "data:/var/lib/postgresql/data" ]
)";

class AccessoryRecipes : public ::testing::Test {
 protected:
  AccessoryRecipes() {
    kamal_.write(".kamal/secrets", "POSTGRES_PASSWORD=teapot\n");
    kamal_.write("config/init.sql", "select 1;\n");
  }
  CliRun kamal_{with_db};
};

TEST_F(AccessoryRecipes, BootPreparesDirectoriesFilesAndSecrets) {
  EXPECT_EQ(kamal_.run({"accessory", "boot", "db", "--version", "v1"}).status, 0);
  EXPECT_EQ(kamal_.servers.uploads["1.1.1.6:.kamal/apps/shop/env/accessories/db.env"],
            "POSTGRES_PASSWORD=teapot\n");
  EXPECT_THAT(
      kamal_.story.of({"1.1.1.5: umask 022 && mkdir -p \"${PWD}/shop-db/data\"", "1.1.1.5: docker run"}),
      ElementsAre("1.1.1.5: umask 022 && mkdir -p \"${PWD}/shop-db/data\"",
                  HasSubstr("docker run --name shop-db")));
  EXPECT_THAT(kamal_.asked("1.1.1.5"), Contains(StartsWith("upload shop-db/")));
}

TEST_F(AccessoryRecipes, BootSkipsHostsWhereItHasAContainer) {
  kamal_.servers.answer("1.1.1.5", "label=service=shop-db", {0, "abc\n", ""});
  EXPECT_THAT(kamal_.run({"accessory", "boot", "db", "--version", "v1"}).out,
              HasSubstr("Skipping booting `db` on 1.1.1.5, a container already exists"));
  EXPECT_THAT(kamal_.story.of({"docker run"}), ElementsAre(StartsWith("1.1.1.6: ")));
}

TEST_F(AccessoryRecipes, BootRecreatesAContainerThatNeverStarted) {
  kamal_.servers.answer("1.1.1.5", "docker ps -a -q", {0, "abc\n", ""});
  kamal_.servers.answer("1.1.1.5", "{{.State}}", {0, "created\n", ""});
  EXPECT_THAT(kamal_.run({"accessory", "boot", "db", "--version", "v1"}).out,
              HasSubstr("`db` was created on 1.1.1.5 but never started"));
  EXPECT_THAT(kamal_.story.of({"docker container prune", "docker run"}),
              ElementsAre(StartsWith("1.1.1.5: docker container prune"), HasSubstr("run"), HasSubstr("run")));
}

TEST_F(AccessoryRecipes, BootReportsAStoppedContainer) {
  kamal_.servers.answer("1.1.1.5", "docker ps -a -q", {0, "abc\n", ""});
  kamal_.servers.answer("1.1.1.5", "{{.State}}", {0, "restarting\n", ""});
  EXPECT_THAT(
      kamal_.run({"accessory", "boot", "db", "--version", "v1"}).out,
      AllOf(HasSubstr("`db` is not running on 1.1.1.5 (restarting)"), HasSubstr("accessory reboot db")));
}

TEST_F(AccessoryRecipes, BootWithoutAFileNamesIt) {
  std::filesystem::remove("config/init.sql");
  const CliRun::Result result = kamal_.run({"accessory", "boot", "db", "--version", "v1"});
  EXPECT_EQ(result.status, 1);
  EXPECT_THAT(result.err, HasSubstr("config/init.sql"));
  EXPECT_THAT(kamal_.story.of({"docker run"}), IsEmpty());
}

TEST_F(AccessoryRecipes, RebootWithoutAFileStopsNothing) {
  std::filesystem::remove("config/init.sql");
  EXPECT_THAT(kamal_.run({"accessory", "reboot", "db", "--version", "v1"}).err, HasSubstr("config/init.sql"));
  EXPECT_THAT(kamal_.story.of({"docker"}), IsEmpty());
}

TEST_F(AccessoryRecipes, RebootWithoutASecretStopsNothingAndNamesItsKey) {
  kamal_.write(".kamal/secrets", "");
  const CliRun::Result result = kamal_.run({"accessory", "reboot", "db", "--version", "v1"});
  EXPECT_EQ(result.status, 1);
  EXPECT_THAT(result.err, AllOf(HasSubstr("POSTGRES_PASSWORD"), HasSubstr("accessories/db/env/secret")));
  EXPECT_THAT(kamal_.story.of({"docker"}), IsEmpty());
}

TEST_F(AccessoryRecipes, RebootEvaluatesATemplateOnce) {
  CliRun kamal(
      "accessories: { db: { image: postgres, host: 1.1.1.5, files: [ \"config/init.sql.erb:/init.sql\" ] } "
      "}");
  kamal.write("config/init.sql.erb", "<%= `next-id; true` %>\n");
  kamal.run({"accessory", "reboot", "db", "--version", "v1"});
  EXPECT_THAT(kamal.story.of({"next-id", "upload"}),
              ElementsAre(HasSubstr("here: sh -c next-id"), HasSubstr("1.1.1.5: upload"),
                          HasSubstr("1.1.1.5: upload")));
}

TEST_F(AccessoryRecipes, PassTheCommandLineToTemplates) {
  CliRun kamal(
      "accessories: { db: { image: postgres, host: 1.1.1.5, files: [ \"config/init.sql.erb:/init.sql\" ] } "
      "}\n<% `in-deploy-yml #{ARGV.join(\"-\")}; true` %>");
  kamal.write("config/init.sql.erb", "<%= `in-file #{ARGV.join(\"-\")}; true` %>\n");
  const CliRun::Result result = kamal.run({"accessory", "boot", "db", "--version", "v1"});
  EXPECT_EQ(result.status, 0) << result.err;
  EXPECT_THAT(kamal.story.of({"in-deploy-yml", "in-file"}),
              ElementsAre(HasSubstr("in-deploy-yml accessory-boot-db---version-v1;"),
                          HasSubstr("in-file accessory-boot-db---version-v1;")));
}

TEST_F(AccessoryRecipes, RebootStopsRemovesAndBoots) {
  kamal_.run({"accessory", "reboot", "db", "--version", "v1", "-h", "1.1.1.5"});
  EXPECT_THAT(
      kamal_.story.of({"docker image pull", "docker pull", "docker container stop", "docker container prune",
                       "docker run"}),
      ElementsAre(HasSubstr("pull"), HasSubstr("stop shop-db"), HasSubstr("prune"), HasSubstr("docker run")));
}

TEST_F(AccessoryRecipes, WorkOnSelectedHostsOnly) {
  kamal_.run({"accessory", "stop", "db", "--version", "v1", "-h", "1.1.1.6"});
  EXPECT_THAT(kamal_.story.of({"docker container stop"}),
              ElementsAre("1.1.1.6: docker container stop shop-db"));
}

TEST_F(AccessoryRecipes, AcceptAllAccessories) {
  EXPECT_EQ(kamal_.run({"accessory", "boot", "all", "--version", "v1"}).status, 0);
  EXPECT_THAT(kamal_.story.of({"docker run"}),
              UnorderedElementsAre(StartsWith("1.1.1.5: "), StartsWith("1.1.1.6: ")));
}

TEST_F(AccessoryRecipes, RemoveAlsoRemovesTheData) {
  kamal_.run({"accessory", "remove", "db", "-y", "--version", "v1", "-h", "1.1.1.5"});
  EXPECT_THAT(kamal_.story.of({"rm -rf"}), ElementsAre("1.1.1.5: rm -rf shop-db"));
}

struct OnAnAccessory {
  const char* command;
  std::vector<std::string> changes;
};

std::ostream& operator<<(std::ostream& out, const OnAnAccessory& on) { return out << on.command; }

class AccessoryCommands : public ::testing::TestWithParam<OnAnAccessory> {};

TEST_P(AccessoryCommands, AreDoneOnEveryHostOfTheAccessory) {
  CliRun kamal(with_db);
  EXPECT_EQ(kamal.run({"accessory", GetParam().command, "db", "--version", "v1"}).status, 0);
  EXPECT_EQ(kamal.changes("1.1.1.5"), GetParam().changes);
  EXPECT_EQ(kamal.changes("1.1.1.6"), GetParam().changes);
}

INSTANTIATE_TEST_SUITE_P(
    OfOneAccessory, AccessoryCommands,
    ::testing::Values(
        OnAnAccessory{"start", {"docker container start shop-db"}},
        OnAnAccessory{"stop", {"docker container stop shop-db"}},
        OnAnAccessory{"restart", {"docker container stop shop-db", "docker container start shop-db"}},
        OnAnAccessory{"details", {"docker ps --filter label=service=shop-db"}},
        OnAnAccessory{"directories", {"umask 022 && mkdir -p \"${PWD}/shop-db/data\""}},
        OnAnAccessory{"pull_image", {"docker image pull postgres:17"}},
        OnAnAccessory{"remove_container", {"docker container prune --force --filter label=service=shop-db"}},
        OnAnAccessory{"remove_image", {"docker image rm --force postgres:17"}},
        OnAnAccessory{"remove_service_directory", {"rm -rf shop-db"}}));

TEST_F(AccessoryRecipes, UploadWritesTheFilesAndTheirModes) {
  EXPECT_EQ(kamal_.run({"accessory", "upload", "db", "--version", "v1", "-h", "1.1.1.5"}).status, 0);
  EXPECT_EQ(kamal_.servers.uploads["1.1.1.5:shop-db/docker-entrypoint-initdb.d/init.sql"], "select 1;\n");
  EXPECT_THAT(kamal_.story.of({"shop-db"}),
              ElementsAre("1.1.1.5: umask 022 && mkdir -p shop-db/docker-entrypoint-initdb.d",
                          "1.1.1.5: upload shop-db/docker-entrypoint-initdb.d/init.sql 0755 in place",
                          "1.1.1.5: chmod 755 shop-db/docker-entrypoint-initdb.d/init.sql"));
}

constexpr const char* with_accounts = R"(
accessories:
  a: { image: a, host: 1.1.1.1, registry: { server: other.test, username: ann, password: one } }
  b: { image: b, host: 1.1.1.1, registry: { server: other.test, username: bob, password: two } }
  c: { image: c, host: 1.1.1.1, registry: { server: other.test, username: bob, password: two } }
  d: { image: d, host: 1.1.1.1 }
)";

TEST(AccessoryLogIn, IsRepeatedIfAnotherAccountWasTheLastOne) {
  CliRun kamal(with_accounts);
  EXPECT_EQ(kamal.run({"accessory", "boot", "all", "--version", "v1"}).status, 0);
  EXPECT_THAT(kamal.story.of({"docker login"}),
              ElementsAre("1.1.1.1: docker login other.test -u ann --password-stdin",
                          "1.1.1.1: docker login other.test -u bob --password-stdin",
                          "1.1.1.1: docker login -u robot --password-stdin"));
}

TEST(AccessoryFiles, MayComeFromTheHomeDirectory) {
  CliRun kamal(
      "accessories: { db: { image: postgres, host: 1.1.1.5, files: [ \"~/init.sql:/init.sql\" ] } }");
  kamal.write("home/init.sql", "select 2;\n");
  kamal.environment["HOME"] = (std::filesystem::current_path() / "home").string();
  EXPECT_EQ(kamal.run({"accessory", "upload", "db", "--version", "v1"}).status, 0);
  EXPECT_EQ(kamal.servers.uploads["1.1.1.5:shop-db/init.sql"], "select 2;\n");
}

TEST_F(AccessoryRecipes, UpgradeMayGoFromServerToServer) {
  kamal_.run({"accessory", "upgrade", "db", "-y", "--rolling", "--version", "v1"});
  EXPECT_THAT(kamal_.story.of({"docker container stop", "docker run"}),
              ElementsAre(StartsWith("1.1.1.5: docker container stop"), StartsWith("1.1.1.5: docker run"),
                          StartsWith("1.1.1.6: docker container stop"), StartsWith("1.1.1.6: docker run")));
}

TEST_F(AccessoryRecipes, UpgradeDoesNothingWhereNoneIsSelected) {
  const std::vector<std::string> upgrade = {"accessory", "upgrade", "db", "-y", "--version", "v1", "-h"};
  const auto upgraded_on = [&](const std::string& host) {
    std::vector<std::string> line = upgrade;
    line.push_back(host);
    EXPECT_EQ(kamal_.run(line).status, 0);
    return kamal_.story.of({"docker run"});
  };
  EXPECT_THAT(upgraded_on("1.1.1.1"), IsEmpty());
  EXPECT_THAT(upgraded_on("1.1.1.6"), ElementsAre(StartsWith("1.1.1.6: ")));
}

TEST_F(AccessoryRecipes, RemoveContinuesIfTheContainerIsGone) {
  kamal_.servers.answer("*", "docker container stop", {1, "", "No such container: shop-db\n"});
  EXPECT_EQ(kamal_.run({"accessory", "remove", "db", "-y", "--version", "v1"}).status, 0);
  EXPECT_THAT(kamal_.story.of({"rm -rf"}), SizeIs(2));
}

constexpr const char* with_redis_on_9 = "accessories: { redis: { image: redis, host: 1.1.1.9 } }";
constexpr const char* describes_redis = "--filter label=service=shop-redis) && if [ -n";

TEST(AccessoryBoot, FailsIfTheContainerCrashes) {
  CliRun kamal(with_redis_on_9);
  kamal.servers.answer("1.1.1.9", describes_redis, {0, "/shop-redis|id|restarting||2|1|a|b||c|d\n", ""});
  kamal.servers.answer("1.1.1.9", "docker logs shop-redis", {0, "no memory\n", ""});
  const CliRun::Result result = kamal.run({"accessory", "boot", "redis"});
  EXPECT_EQ(result.status, 1);
  EXPECT_THAT(result.err, AllOf(HasSubstr("Accessory redis crashed on 1.1.1.9: restarting, restarted 2 times "
                                          "after exit status 1. Last log lines:"),
                                HasSubstr("no memory")));
}

TEST(AccessoryBoot, AcceptsRunningAndCompletedContainers) {
  for (const char* state :
       {"/shop-redis|id|running||0|0|a|b||c|d\n", "/shop-redis|id|exited||0|0|a|b||c|d\n"}) {
    CliRun kamal(with_redis_on_9);
    kamal.servers.answer("1.1.1.9", describes_redis, {0, state, ""});
    EXPECT_EQ(kamal.run({"accessory", "boot", "redis"}).status, 0) << state;
    EXPECT_THAT(kamal.story.of({describes_redis}), SizeIs(1));
  }
}

}  // namespace
}  // namespace kamal
