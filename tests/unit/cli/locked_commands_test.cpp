#include <gmock/gmock.h>
#include <gtest/gtest.h>

#include <algorithm>
#include <string>
#include <vector>

#include "kamal/support/strings.h"
#include "support/there.h"
#include "unit/cli/cli_run.h"

// Which commands hold the deploy lock, and that they hold it for all that they change.

namespace kamal {
namespace {

using test::CliRun;
using ::testing::IsEmpty;
using ::testing::Not;
using ::testing::SizeIs;
using ::testing::StartsWith;

constexpr const char* project =
    "servers: { web: [ 1.1.1.1 ], jobs: { hosts: [ 1.1.1.1 ] } }\n"
    "readiness_delay: 0\n"
    "accessories:\n"
    "  db: { image: postgres, host: 1.1.1.1, files: [ \"Dockerfile:/info\" ], directories: [ \"data:/data\" "
    "] }\n";

struct CommandLine : ::testing::TestWithParam<std::string> {
  CliRun::Result run(CliRun& kamal) {
    for (const char* name : {"shop-web-v1", "shop-jobs-v1"}) kamal.servers.docker("1.1.1.1").add(name);
    return kamal.run(split(GetParam(), ' '));
  }
};

std::string name_of(const ::testing::TestParamInfo<std::string>& line) {
  std::string name = line.param;
  std::replace_if(
      name.begin(), name.end(), [](char c) { return c == ' ' || c == '-'; }, '_');
  return name;
}

struct LockedCommand : CommandLine {};

TEST_P(LockedCommand, HoldsTheDeployLockForAllItDoes) {
  CliRun kamal(project);
  const CliRun::Result result = run(kamal);
  EXPECT_EQ(result.status, 0) << result.err;
  const std::vector<std::string> asked = kamal.asked("1.1.1.1");
  ASSERT_GT(asked.size(), 3u);
  EXPECT_EQ(asked.at(0), "mkdir -p .kamal");
  EXPECT_THAT(asked.at(1), StartsWith("trap '' TERM; if mkdir .kamal/lock-shop"));
  EXPECT_THAT(test::last(asked), StartsWith("if [ ! -d .kamal/lock-shop ]"));
  EXPECT_THAT(kamal.story.of({"lock-shop"}), SizeIs(2));
}

INSTANTIATE_TEST_SUITE_P(
    Each, LockedCommand,
    ::testing::Values("app boot", "app start", "app stop", "app live", "app maintenance",
                      "app remove_container v1", "app remove_containers", "app remove_images",
                      "app remove_app_directories", "app remove", "app stale_containers --stop",
                      "accessory boot all", "accessory reboot db", "accessory restart db",
                      "accessory start db", "accessory stop db", "accessory upload db",
                      "accessory directories db", "accessory remove_container db",
                      "accessory remove_image db", "accessory remove_service_directory db",
                      "accessory remove db -y", "accessory upgrade all -y", "proxy boot", "proxy start",
                      "proxy stop", "proxy restart", "proxy reboot -y", "proxy remove",
                      "proxy remove_container", "proxy remove_image", "proxy remove_proxy_directory",
                      "prune all", "prune containers", "prune images", "server bootstrap", "remove -y"),
    name_of);

struct LockFreeCommand : CommandLine {};

TEST_P(LockFreeCommand, LeavesTheDeployLockAlone) {
  CliRun kamal(project);
  const CliRun::Result result = run(kamal);
  EXPECT_EQ(result.status, 0) << result.err;
  EXPECT_THAT(kamal.asked("1.1.1.1"), Not(IsEmpty()));
  EXPECT_THAT(kamal.story.of({"lock-shop"}), IsEmpty());
}

INSTANTIATE_TEST_SUITE_P(Each, LockFreeCommand,
                         ::testing::Values("app containers", "app details", "app exec ls", "app images",
                                           "app logs", "app stale_containers", "app version",
                                           "accessory details db", "accessory exec db ls",
                                           "accessory logs db", "audit", "details", "proxy details",
                                           "proxy logs", "registry login", "server exec ls"),
                         name_of);

}  // namespace
}  // namespace kamal
