#include <gmock/gmock.h>
#include <gtest/gtest.h>

#include "support/there.h"
#include "unit/cli/cli_run.h"

namespace kamal {
namespace {

using test::CliRun;
using ::testing::ElementsAre;
using ::testing::HasSubstr;
using ::testing::IsEmpty;
using ::testing::Not;
using ::testing::SizeIs;

constexpr const char* with_redis = "accessories: { redis: { image: redis, host: 1.1.1.1 } }";

struct Case {
  std::vector<std::string> line;
  const char* question;
};

std::ostream& operator<<(std::ostream& out, const Case& c) {
  return out << c.line.at(0) << " " << test::last(c.line);
}

class Confirmation : public ::testing::TestWithParam<Case> {};

TEST_P(Confirmation, IsAskedFor) {
  CliRun kamal(with_redis);
  kamal.answers = {"N"};
  kamal.run(GetParam().line);
  EXPECT_THAT(kamal.questions, ElementsAre(std::string(GetParam().question) + " [y, N] (N) "));
}

TEST_P(Confirmation, ThatIsNotGivenChangesNothing) {
  CliRun kamal(with_redis);
  kamal.answers = {"N"};
  const CliRun::Result result = kamal.run(GetParam().line);
  EXPECT_EQ(result.status, 0);
  EXPECT_THAT(result.out, HasSubstr("Aborted"));
  EXPECT_THAT(kamal.story.events(), IsEmpty());
}

TEST_P(Confirmation, LetsTheWorkBegin) {
  CliRun kamal(with_redis);
  kamal.answers = {"y", "y"};  // `remove` asks about accessories as well
  EXPECT_EQ(kamal.run(GetParam().line).status, 0);
  EXPECT_THAT(kamal.story.events(), Not(IsEmpty()));
}

TEST_P(Confirmation, CanBeSkipped) {
  CliRun kamal(with_redis);
  std::vector<std::string> line = GetParam().line;
  line.push_back("-y");
  EXPECT_EQ(kamal.run(line).status, 0);
  EXPECT_THAT(kamal.questions, IsEmpty());
  EXPECT_THAT(kamal.story.events(), Not(IsEmpty()));
}

INSTANTIATE_TEST_SUITE_P(
    Commands, Confirmation,
    ::testing::Values(
        Case{{"remove", "--version", "v1"}, "This will remove all containers and images. Are you sure?"},
        Case{{"proxy", "reboot", "--version", "v1"},
             "This will cause a brief outage on each host. Are you sure?"},
        Case{{"proxy", "upgrade", "--version", "v1"},
             "This will cause a brief outage on each host. Are you sure?"},
        Case{{"accessory", "remove", "redis"},
             "This will remove all containers, images and data directories for redis. Are you sure?"},
        Case{{"accessory", "upgrade", "redis"}, "This will restart all accessories"},
        Case{{"upgrade", "--version", "v1"},
             "This will replace Traefik with kamal-proxy and restart all accessories"}));

TEST(Confirmation, ByAnEmptyLineIsANo) {
  CliRun kamal;
  kamal.answers = {""};
  EXPECT_THAT(kamal.run({"remove"}).out, HasSubstr("Aborted"));
  EXPECT_THAT(kamal.story.events(), IsEmpty());
}

TEST(Confirmation, IsRepeatedUntilTheAnswerIsYOrN) {
  CliRun kamal;
  kamal.answers = {"yes", "Y", "N"};
  EXPECT_THAT(kamal.run({"remove"}).out, HasSubstr("Aborted"));
  EXPECT_THAT(kamal.questions, SizeIs(3));
}

TEST(Confirmation, WithoutInputIsAFailure) {
  CliRun kamal;
  const CliRun::Result result = kamal.run({"remove"});
  EXPECT_EQ(result.status, 1);
  EXPECT_THAT(result.err, HasSubstr("-y"));
  EXPECT_THAT(kamal.story.events(), IsEmpty());
}

}  // namespace
}  // namespace kamal
