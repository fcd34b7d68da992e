#include <gmock/gmock.h>
#include <gtest/gtest.h>

#include "unit/cli/cli_run.h"

namespace kamal {
namespace {

using test::CliRun;
using ::testing::AllOf;
using ::testing::HasSubstr;

TEST(AppLogs, ShowTheLastHundredLines) {
  CliRun kamal;
  kamal.servers.answer("*", "docker logs", {0, "GET /up\n", ""});
  EXPECT_THAT(kamal.run({"app", "logs"}).out, HasSubstr("App Host: 1.1.1.1\nGET /up\n"));
  EXPECT_THAT(kamal.asked("1.1.1.1").back(), HasSubstr("docker logs --timestamps --tail 100 2>&1"));
}

TEST(AppLogs, ShowAllThatMatches) {
  CliRun kamal;
  kamal.run({"app", "logs", "--grep", "it's; rm", "--since", "42m"});
  EXPECT_THAT(kamal.asked("1.1.1.1").back(), AllOf(HasSubstr("docker logs --timestamps --since 42m 2>&1"),
                                                   HasSubstr("| grep -e 'it'\\''s; rm'")));
}

TEST(AppLogs, ThatMatchNothingAreNoFailure) {
  CliRun kamal;
  kamal.servers.answer("*", "docker logs", {1, "", ""});
  const CliRun::Result result = kamal.run({"app", "logs", "-g", "x"});
  EXPECT_EQ(result.status, 0);
  EXPECT_THAT(result.out, HasSubstr("Nothing found"));
}

}  // namespace
}  // namespace kamal
