#include <gmock/gmock.h>
#include <gtest/gtest.h>

#include <filesystem>

#include "support/there.h"
#include "unit/cli/cli_run.h"

namespace kamal {
namespace {

using test::CliRun;
using ::testing::AllOf;
using ::testing::Contains;
using ::testing::ElementsAre;
using ::testing::HasSubstr;
using ::testing::IsEmpty;
using ::testing::Not;
using ::testing::StartsWith;

TEST(Alias, RunsItsCommand) {
  CliRun kamal("aliases: { ps: app containers }");
  EXPECT_EQ(kamal.run({"ps"}).status, 0);
  EXPECT_THAT(kamal.asked("1.1.1.1"), ElementsAre(StartsWith("docker container ls --all")));
}

TEST(Alias, TakesMoreArguments) {
  CliRun kamal("servers: [ 1.1.1.1, 1.1.1.2 ]\naliases: { everywhere: server exec }\n");
  EXPECT_EQ(kamal.run({"everywhere", "uptime", "-h", "1.1.1.2"}).status, 0);
  EXPECT_THAT(kamal.story.of({"uptime"}), ElementsAre(HasSubstr("1.1.1.2: audit"), "1.1.1.2: uptime"));
}

TEST(Alias, KeepsQuotedArguments) {
  CliRun kamal("aliases: { tell: 'server exec \"echo ''two  words''\"' }");
  kamal.run({"tell"});
  EXPECT_EQ(test::last(kamal.asked("1.1.1.1")), "echo 'two  words'");
}

TEST(Alias, MayContainOptions) {
  CliRun kamal("servers: [ 1.1.1.1, 1.1.1.2 ]\naliases: { first: app containers -p }\n");
  EXPECT_EQ(kamal.run({"first"}).status, 0);
  EXPECT_THAT(kamal.asked("1.1.1.1"), Not(IsEmpty()));
  EXPECT_THAT(kamal.asked("1.1.1.2"), IsEmpty());
}

TEST(Alias, MayNameAnotherAlias) {
  CliRun kamal("aliases: { one: all -p, all: app containers }");
  EXPECT_EQ(kamal.run({"one"}).status, 0);
  EXPECT_THAT(kamal.asked("1.1.1.1"), ElementsAre(StartsWith("docker container ls")));
}

TEST(Alias, IsFoundInDestination) {
  CliRun kamal;
  kamal.write("config/deploy.staging.yml", "aliases: { ps: app containers }\n");
  EXPECT_EQ(kamal.run({"ps", "-d", "staging"}).status, 0);
  EXPECT_THAT(kamal.story.of({"label=destination=staging"}), ElementsAre(StartsWith("1.1.1.1: ")));
}

TEST(Alias, NeedsADestinationThatIsNotEmpty) {
  CliRun kamal("aliases: { ps: app containers }");
  EXPECT_THAT(kamal.run({"ps", "-d", ""}).err, HasSubstr("-d requires a destination name"));
}

TEST(EmptyDestination, IsRejected) {
  CliRun kamal;
  const CliRun::Result result = kamal.run({"app", "containers", "-d", ""});
  EXPECT_EQ(result.status, 1);
  EXPECT_THAT(result.err, HasSubstr("-d requires a destination name"));
}

TEST(Alias, IsFoundInConfigFile) {
  CliRun kamal;
  kamal.write("other.yml",
              "service: other\nimage: acme/other\nservers: [ 1.1.1.9 ]\nbuilder: { arch: amd64 }\n"
              "registry: { username: robot, password: sesame }\naliases: { ps: app containers }\n");
  EXPECT_EQ(kamal.run({"ps", "-c", "other.yml"}).status, 0);
  EXPECT_THAT(kamal.story.of({"label=service=other"}), ElementsAre(StartsWith("1.1.1.9: ")));
}

TEST(Alias, TakesLeadingOptions) {
  CliRun kamal("servers: [ 1.1.1.1, 1.1.1.2 ]\naliases: { ps: app containers }\n");
  EXPECT_EQ(kamal.run({"-h", "1.1.1.2", "ps"}).status, 0);
  EXPECT_THAT(kamal.asked("1.1.1.2"), Not(IsEmpty()));
  EXPECT_THAT(kamal.asked("1.1.1.1"), IsEmpty());
}

TEST(Alias, OfExecForwardsOptions) {
  CliRun kamal("aliases: { rails: app exec --reuse bin/rails }");
  kamal.servers.docker("1.1.1.1").add("shop-web-v1");
  kamal.run({"rails", "runner", "--trace", "x"});
  EXPECT_THAT(test::last(kamal.asked("1.1.1.1")), HasSubstr("bin/rails runner --trace x"));
}

TEST(Alias, RejectsCycles) {
  CliRun kamal("aliases: { x: y, y: z, z: x }");
  const CliRun::Result result = kamal.run({"x"});
  EXPECT_EQ(result.status, 1);
  EXPECT_THAT(result.err, HasSubstr("x -> y -> z -> x"));
}

TEST(Alias, RejectsUnterminatedQuote) {
  CliRun kamal("aliases: { a: \"app exec 'x\" }");
  const CliRun::Result result = kamal.run({"a"});
  EXPECT_EQ(result.status, 1);
  EXPECT_THAT(result.err, HasSubstr("\"a\""));
}

TEST(Alias, MayHideCompletion) {
  CliRun kamal("aliases: { completion: app containers }");
  kamal.run({"completion", "--version", "v1"});
  EXPECT_THAT(kamal.asked("1.1.1.1"), Contains(HasSubstr("docker container ls")));
}

TEST(Alias, NeverHidesCompletionForShells) {
  CliRun kamal("aliases: { completion: app containers }");
  EXPECT_THAT(kamal.run({"completion", "--words", "--", "rollb"}).out, HasSubstr("rollback"));
}

TEST(Alias, MayBeNamedHelp) {
  CliRun kamal("aliases: { help: app containers }");
  EXPECT_EQ(kamal.run({"app", "containers"}).status, 0);
  EXPECT_THAT(kamal.asked("1.1.1.1"), ElementsAre(StartsWith("docker container ls")));
}

TEST(Alias, CannotHideCommand) {
  CliRun kamal("aliases: { deploy: app containers }");
  const CliRun::Result result = kamal.run({"app", "containers"});
  EXPECT_EQ(result.status, 1);
  EXPECT_THAT(result.err, HasSubstr("aliases/deploy"));
}

TEST(UnknownCommand, SuggestsClosest) {
  CliRun kamal;
  const CliRun::Result result = kamal.run({"deplyo"});
  EXPECT_EQ(result.status, 1);
  EXPECT_EQ(result.err, "  ERROR Could not find command \"deplyo\" (did you mean \"deploy\"?)\n");
}

TEST(UnknownCommand, SuggestsClosestWithoutAConfiguration) {
  CliRun kamal;
  std::filesystem::remove("config/deploy.yml");
  const CliRun::Result result = kamal.run({"deplyo"});
  EXPECT_EQ(result.status, 1);
  EXPECT_EQ(result.err, "  ERROR Could not find command \"deplyo\" (did you mean \"deploy\"?)\n");
}

TEST(UnknownCommand, IsReportedBeforeWhyAliasesCouldNotBeRead) {
  CliRun kamal;
  kamal.write("config/deploy.yml", "service: [\n");
  EXPECT_THAT(kamal.run({"deplyo"}).err,
              StartsWith("  ERROR Could not find command \"deplyo\" (did you mean \"deploy\"?)\n"
                         "No aliases: config/deploy.yml:"));
  EXPECT_THAT(kamal.run({"console", "-d", "nowhere"}).err,
              AllOf(StartsWith("  ERROR Could not find command \"console\" (see `kamal --help`)\n"),
                    HasSubstr("config/deploy.nowhere.yml: no such file")));
}

TEST(UnknownCommand, SaysThatThereIsNoProjectIfItMayBeAnAlias) {
  CliRun kamal;
  std::filesystem::remove("config/deploy.yml");
  EXPECT_THAT(kamal.run({"console"}).err,
              HasSubstr("(see `kamal --help`)\nNo aliases: config/deploy.yml: no such file"));
}

TEST(UnknownCommand, SuggestsClosestAlias) {
  CliRun kamal("aliases: { console: app exec -i bash }");
  EXPECT_THAT(kamal.run({"cnosole"}).err, HasSubstr("(did you mean \"console\"?)"));
}

TEST(UnknownCommand, PointsToHelp) {
  CliRun kamal;
  EXPECT_THAT(kamal.run({"xyzzyplugh"}).err, HasSubstr("kamal --help"));
}

}  // namespace
}  // namespace kamal
