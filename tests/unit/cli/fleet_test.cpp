#include "cli/app/fleet.h"

#include <gtest/gtest.h>

#include "support/there.h"

namespace kamal {
namespace {

using cli::AppContainer;

TEST(ReadStates, ReadsALineForEachContainer) {
  const std::vector<AppContainer> containers = cli::parse_states(
      "/shop-web-v2|0123456789abcdef|running|healthy|3|0|2026-01-02T03:04:05.6Z|0001-01-01T00:00:00Z\n"
      "/shop-web-v1|fedcba9876543210|exited||0|137|2026-01-01T00:00:00Z|2026-01-02T03:04:06Z\n",
      "shop-web-");
  ASSERT_EQ(containers.size(), 2U);
  EXPECT_EQ(containers.at(0).version, Version("v2"));
  EXPECT_TRUE(containers.at(0).runs());
  EXPECT_EQ(describe(containers.at(0)), "running, healthy, restarted 3 times");
  EXPECT_EQ(containers.at(1).version, Version("v1"));
  EXPECT_FALSE(containers.at(1).runs());
  EXPECT_EQ(describe(containers.at(1)), "exited with status 137");
}

TEST(ReadStates, LeavesOutOtherNamesAndBrokenLines) {
  EXPECT_TRUE(cli::parse_states("/other|1|running||0|0|a|b\n/shop-web-v1|1|running\n", "shop-web-").empty());
}

constexpr const char* listing =
    "\x1b[3;94mService\x1b[0m   \x1b[3;94mHost\x1b[0m  \x1b[3;94mPath\x1b[0m  \x1b[3;94mTarget\x1b[0m\n"
    "\x1b[1;34mshop-web\x1b[0m  \x1b[ma.test,b.test\x1b[0m  \x1b[m/\x1b[0m  \x1b[m0123456789ab:80\x1b[0m  "
    "\x1b[mrunning\x1b[0m  \x1b[mno\x1b[0m  \n"
    "\x1b[1;34mshop-web-admin\x1b[0m  \x1b[m*\x1b[0m  \x1b[m/\x1b[0m  \x1b[mba9876543210:80\x1b[0m  "
    "\x1b[mstopped\x1b[0m  \x1b[mno\x1b[0m  \n";

TEST(TargetOf, IsTheContainerOfTheService) {
  EXPECT_EQ(cli::parse_target(listing, "shop-web"), "0123456789ab");
  EXPECT_EQ(cli::parse_target(listing, "shop-web-admin"), "ba9876543210");
}

TEST(TargetOf, IsEmptyForAnUnknownServiceOrAnswer) {
  EXPECT_EQ(cli::parse_target(listing, "shop"), "");
  EXPECT_EQ(cli::parse_target("", "shop-web"), "");
  EXPECT_EQ(cli::parse_target("Error: connection refused\n", "shop-web"), "");
}

}  // namespace
}  // namespace kamal
