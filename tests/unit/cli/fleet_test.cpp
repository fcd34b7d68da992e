#include "cli/app/fleet.h"

#include <gtest/gtest.h>

#include "support/there.h"

namespace kamal {
namespace {

using cli::AppContainer;

TEST(ReadStates, ReadsALineForEachContainer) {
  const std::vector<AppContainer> containers = cli::parse_states(
      "/shop-web-v2|0123456789abcdef|running|healthy|3|0|2026-01-02T03:04:05.6Z|0001-01-01T00:00:00Z|web|"
      "sha256:2|"
      "acme/shop:v2\n"
      "/shop-web-v1|fedcba9876543210|exited||0|137|2026-01-01T00:00:00Z|2026-01-02T03:04:06Z|web|sha256:1|"
      "acme/shop:v1\n",
      "shop-web-");
  ASSERT_EQ(containers.size(), 2U);
  EXPECT_EQ(containers.at(0).version, Version("v2"));
  EXPECT_TRUE(containers.at(0).runs());
  EXPECT_EQ(describe(containers.at(0)), "running, healthy, restarted 3 times");
  EXPECT_EQ(containers.at(0).role, "web");
  EXPECT_EQ(containers.at(0).image_id, "sha256:2");
  EXPECT_EQ(containers.at(0).image, "acme/shop:v2");
  EXPECT_EQ(containers.at(1).version, Version("v1"));
  EXPECT_FALSE(containers.at(1).runs());
  EXPECT_EQ(describe(containers.at(1)), "exited with status 137");
}

TEST(ReadStates, LeavesOutOtherNamesAndBrokenLines) {
  EXPECT_TRUE(
      cli::parse_states("/other|1|running||0|0|a|b|c|d|e\n/shop-web-v1|1|running\n", "shop-web-").empty());
}

TEST(ShortVersion, CutsAGitRevision) {
  const std::string revision = "3f2c1a0b3f2c1a0b3f2c1a0b3f2c1a0b3f2c1a0b";
  EXPECT_EQ(cli::short_version(Version(revision)), "3f2c1a0");
  EXPECT_EQ(cli::short_version(Version(revision + "_uncommitted_0123")), "3f2c1a0_uncommitted_0123");
  EXPECT_EQ(cli::short_version(Version("2026-01-02")), "2026-01-02");
  EXPECT_EQ(cli::short_version(Version("postgres:17")), "postgres:17");
}

}  // namespace
}  // namespace kamal
