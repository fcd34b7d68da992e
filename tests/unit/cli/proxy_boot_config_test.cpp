#include <gmock/gmock.h>
#include <gtest/gtest.h>

#include "unit/cli/cli_run.h"

namespace kamal {
namespace {

using test::CliRun;
using ::testing::AllOf;
using ::testing::HasSubstr;

TEST(ProxyBootConfig, SaysThatItIsDeprecated) {
  CliRun kamal;
  EXPECT_THAT(kamal.run({"proxy", "boot_config", "get"}).out, HasSubstr("deprecated"));
}

TEST(ProxyBootConfig, RefusesOtherWords) {
  CliRun kamal;
  const CliRun::Result result = kamal.run({"proxy", "boot_config", "put"});
  EXPECT_EQ(result.status, 1);
  EXPECT_THAT(result.err, AllOf(HasSubstr("set, get or reset"), HasSubstr("\"put\"")));
}

TEST(ProxyBootConfig, WritesWhatDiffersFromTheDefaults) {
  CliRun kamal;
  kamal.run({"proxy", "boot_config", "set", "--http_port", "8080", "--version", "v1"});
  EXPECT_THAT(kamal.servers.uploads["1.1.1.1:.kamal/proxy/options"], HasSubstr("--publish 8080:80"));
}

}  // namespace
}  // namespace kamal
