#include <gmock/gmock.h>
#include <gtest/gtest.h>

#include "unit/cli/cli_run.h"

namespace kamal {
namespace {

using test::CliRun;
using ::testing::ElementsAre;
using ::testing::HasSubstr;
using ::testing::UnorderedElementsAre;

std::string with_files(const std::string& files) {
  return "accessories: { db: { image: postgres:17, host: 1.1.1.5, env: { secret: [ POSTGRES_PASSWORD ] }, "
         "files: [ " +
         files + " ] } }";
}

TEST(AccessoryEnvFile, IsReadableByItsOwnerOnly) {
  CliRun kamal(with_files(""));
  kamal.write(".kamal/secrets", "POSTGRES_PASSWORD=teapot\n");
  EXPECT_EQ(kamal.run({"accessory", "boot", "db", "--version", "v1"}).status, 0);
  EXPECT_THAT(kamal.story.of({"env/accessories/db.env"}),
              ElementsAre("1.1.1.5: upload .kamal/apps/shop/env/accessories/db.env 0600",
                          HasSubstr("docker run --name shop-db")));
}

TEST(AccessoryFile, HasItsModeFromTheStart) {
  CliRun kamal(with_files("{ local: config/key, remote: /etc/key, mode: \"0600\" }"));
  kamal.write("config/key", "s3cret\n");
  EXPECT_EQ(kamal.run({"accessory", "upload", "db", "--version", "v1"}).status, 0);
  EXPECT_THAT(
      kamal.story.of({"shop-db/etc/key"}),
      ElementsAre("1.1.1.5: upload shop-db/etc/key 0600 in place", "1.1.1.5: chmod 0600 shop-db/etc/key"));
}

TEST(AccessoryFile, WithASymbolicModeGetsItAfterTheUpload) {
  CliRun kamal(with_files("{ local: config/key, remote: /etc/key, mode: \"u=rw,go=\" }"));
  kamal.write("config/key", "s3cret\n");
  EXPECT_EQ(kamal.run({"accessory", "upload", "db", "--version", "v1"}).status, 0);
  EXPECT_THAT(kamal.story.of({"shop-db/etc/key"}), ElementsAre("1.1.1.5: upload shop-db/etc/key in place",
                                                               "1.1.1.5: chmod u=rw,go= shop-db/etc/key"));
}

TEST(AccessoryFiles, OfADirectoryAreReadableByTheContainerWhateverTheirModesHere) {
  CliRun kamal(with_files("\"config/etc:/etc/pg\""));
  kamal.write("config/etc/pg.conf", "fsync=on\n", 0600);
  kamal.write("config/etc/bin/check", "#!/bin/sh\n", 0700);
  EXPECT_EQ(kamal.run({"accessory", "upload", "db", "--version", "v1"}).status, 0);
  const std::vector<std::string> story = kamal.story.of({"shop-db/etc/pg"});
  ASSERT_EQ(story.size(), 5u);
  EXPECT_EQ(story.front(), "1.1.1.5: umask 077 && mkdir -p shop-db/etc/pg") << "closed until it has its mode";
  EXPECT_EQ(story.back(), "1.1.1.5: chmod 755 shop-db/etc/pg");
  EXPECT_THAT(std::vector(story.begin() + 1, story.end() - 1),
              UnorderedElementsAre("1.1.1.5: upload shop-db/etc/pg/pg.conf 0644 in place",
                                   "1.1.1.5: umask 022 && mkdir -p shop-db/etc/pg/bin",
                                   "1.1.1.5: upload shop-db/etc/pg/bin/check 0755 in place"));
}

}  // namespace
}  // namespace kamal
