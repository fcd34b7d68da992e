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

TEST_F(AccessoryRecipes, BootPreparesFoldersFilesAndSecrets) {
  EXPECT_EQ(kamal_.run({"accessory", "boot", "db", "--version", "v1"}).status, 0);
  EXPECT_EQ(kamal_.servers.uploads["1.1.1.6:.kamal/apps/shop/env/accessories/db.env"],
            "POSTGRES_PASSWORD=teapot\n");
  EXPECT_THAT(kamal_.story.of({"1.1.1.5: mkdir -p \"${PWD}/shop-db/data\"", "docker run"}), SizeIs(2));
  EXPECT_THAT(kamal_.asked("1.1.1.5"), Contains(StartsWith("upload shop-db/")));
}

TEST_F(AccessoryRecipes, BootSkipsHostsWhereItHasAContainer) {
  kamal_.servers.answer("1.1.1.5", "label=service=shop-db", {0, "abc\n", ""});
  EXPECT_THAT(kamal_.run({"accessory", "boot", "db", "--version", "v1"}).out,
              HasSubstr("Skipping booting `db` on 1.1.1.5, a container already exists"));
  EXPECT_THAT(kamal_.story.of({"docker run"}), ElementsAre(StartsWith("1.1.1.6: ")));
}

TEST_F(AccessoryRecipes, BootTriesAgainWhereTheContainerWasNeverStarted) {
  kamal_.servers.answer("1.1.1.5", "docker ps -a -q", {0, "abc\n", ""});
  kamal_.servers.answer("1.1.1.5", "{{.State}}", {0, "created\n", ""});
  EXPECT_THAT(kamal_.run({"accessory", "boot", "db", "--version", "v1"}).out,
              HasSubstr("`db` was never started on 1.1.1.5"));
  EXPECT_THAT(kamal_.story.of({"docker container prune", "docker run"}),
              ElementsAre(StartsWith("1.1.1.5: docker container prune"), HasSubstr("run"), HasSubstr("run")));
}

TEST_F(AccessoryRecipes, BootTellsWhereTheContainerIsThereAndDoesNotRun) {
  kamal_.servers.answer("1.1.1.5", "docker ps -a -q", {0, "abc\n", ""});
  kamal_.servers.answer("1.1.1.5", "{{.State}}", {0, "restarting\n", ""});
  EXPECT_THAT(
      kamal_.run({"accessory", "boot", "db", "--version", "v1"}).out,
      AllOf(HasSubstr("`db` does not run on 1.1.1.5 (restarting)"), HasSubstr("accessory reboot db")));
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

TEST_F(AccessoryRecipes, MayBeToldForAllAccessories) {
  EXPECT_EQ(kamal_.run({"accessory", "boot", "all", "--version", "v1"}).status, 0);
  EXPECT_THAT(kamal_.story.of({"docker run"}),
              UnorderedElementsAre(StartsWith("1.1.1.5: "), StartsWith("1.1.1.6: ")));
}

TEST_F(AccessoryRecipes, RemoveAlsoRemovesTheData) {
  kamal_.run({"accessory", "remove", "db", "-y", "--version", "v1", "-h", "1.1.1.5"});
  EXPECT_THAT(kamal_.story.of({"rm -rf"}), ElementsAre("1.1.1.5: rm -rf shop-db"));
}

}  // namespace
}  // namespace kamal
