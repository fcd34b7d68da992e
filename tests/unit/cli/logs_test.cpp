#include <gmock/gmock.h>
#include <gtest/gtest.h>

#include "support/there.h"
#include "unit/cli/cli_run.h"

namespace kamal {
namespace {

using test::CliRun;
using ::testing::AllOf;
using ::testing::EndsWith;
using ::testing::HasSubstr;

TEST(AppLogs, ShowTheLastHundredLines) {
  CliRun kamal;
  kamal.servers.answer("*", "docker logs", {0, "GET /up\n", ""});
  EXPECT_THAT(kamal.run({"app", "logs"}).out, HasSubstr("App Host: 1.1.1.1\nGET /up\n"));
  EXPECT_THAT(test::last(kamal.asked("1.1.1.1")), HasSubstr("docker logs --timestamps --tail 100 2>&1"));
}

TEST(AppLogs, ShowAllThatMatches) {
  CliRun kamal;
  kamal.run({"app", "logs", "--grep", "it's; rm", "--since", "42m"});
  EXPECT_THAT(
      test::last(kamal.asked("1.1.1.1")),
      AllOf(HasSubstr("docker logs --timestamps --since 42m 2>&1"), HasSubstr("| grep -e 'it'\\''s; rm'")));
}

TEST(AppLogs, ThatMatchNothingAreNoFailure) {
  CliRun kamal;
  kamal.servers.answer("*", "docker logs", {1, "", ""});
  const CliRun::Result result = kamal.run({"app", "logs", "-g", "x"});
  EXPECT_EQ(result.status, 0);
  EXPECT_THAT(result.out, HasSubstr("Nothing found"));
}

struct Asked {
  std::vector<std::string> line;
  const char* command;
};

std::ostream& operator<<(std::ostream& out, const Asked& asked) {
  return out << asked.line.at(0) << " " << test::last(asked.line);
}

class Logs : public ::testing::TestWithParam<Asked> {};

TEST_P(Logs, MatchTheirOptions) {
  CliRun kamal("accessories: { db: { image: postgres, host: 1.1.1.1 } }");
  EXPECT_EQ(kamal.run(GetParam().line).status, 0);
  EXPECT_THAT(test::last(kamal.asked("1.1.1.1")), EndsWith(GetParam().command));
}

INSTANTIATE_TEST_SUITE_P(
    OfTheApp, Logs,
    ::testing::Values(
        Asked{{"app", "logs", "-n", "5"}, "| xargs docker logs --timestamps --tail 5 2>&1"},
        Asked{{"app", "logs", "--lines", "5"}, "| xargs docker logs --timestamps --tail 5 2>&1"},
        Asked{{"app", "logs", "-s", "42m"}, "| xargs docker logs --timestamps --since 42m 2>&1"},
        Asked{{"app", "logs", "-s", "42m", "-n", "5"},
              "| xargs docker logs --timestamps --since 42m --tail 5 2>&1"},
        Asked{{"app", "logs", "-g", "GET"}, "| xargs docker logs --timestamps 2>&1 | grep -e GET"},
        Asked{{"app", "logs", "-g", "GET", "--grep-options=-i"},
              "| xargs docker logs --timestamps 2>&1 | grep -e GET -i"},
        Asked{{"app", "logs", "-T"}, "| xargs docker logs --tail 100 2>&1"},
        Asked{{"app", "logs", "--skip-timestamps"}, "| xargs docker logs --tail 100 2>&1"},
        Asked{{"app", "logs", "--container-id", "abc"},
              "echo abc | xargs docker logs --timestamps --tail 100 2>&1"}));

INSTANTIATE_TEST_SUITE_P(
    OfAnAccessory, Logs,
    ::testing::Values(
        Asked{{"accessory", "logs", "db"}, "docker logs shop-db --tail 100 --timestamps 2>&1"},
        Asked{{"accessory", "logs", "db", "-n", "5"}, "docker logs shop-db --tail 5 --timestamps 2>&1"},
        Asked{{"accessory", "logs", "db", "-s", "42m"}, "docker logs shop-db --since 42m --timestamps 2>&1"},
        Asked{{"accessory", "logs", "db", "-g", "FATAL"},
              "docker logs shop-db --timestamps 2>&1 | grep -e FATAL"},
        Asked{{"accessory", "logs", "db", "-g", "FATAL", "--grep-options=-c"},
              "docker logs shop-db --timestamps 2>&1 | grep -e FATAL -c"},
        Asked{{"accessory", "logs", "db", "-T"}, "docker logs shop-db --tail 100 2>&1"}));

INSTANTIATE_TEST_SUITE_P(
    OfTheProxy, Logs,
    ::testing::Values(
        Asked{{"proxy", "logs"}, "docker logs kamal-proxy --tail 100 --timestamps 2>&1"},
        Asked{{"proxy", "logs", "-n", "5"}, "docker logs kamal-proxy --tail 5 --timestamps 2>&1"},
        Asked{{"proxy", "logs", "-s", "42m"}, "docker logs kamal-proxy --since 42m --timestamps 2>&1"},
        Asked{{"proxy", "logs", "-g", "GET"}, "docker logs kamal-proxy --timestamps 2>&1 | grep -e GET"},
        Asked{{"proxy", "logs", "-T"}, "docker logs kamal-proxy --tail 100 2>&1"}));

}  // namespace
}  // namespace kamal
