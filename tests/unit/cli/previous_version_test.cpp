#include "cli/app/fleet.h"

#include <gmock/gmock.h>
#include <gtest/gtest.h>

#include "unit/cli/cli_run.h"

namespace kamal {
namespace {

using cli::deployed_versions;
using cli::Place;
using cli::RoleState;
using cli::version_before;
using test::CliRun;
using ::testing::AllOf;
using ::testing::ElementsAre;
using ::testing::HasSubstr;
using ::testing::IsEmpty;
using ::testing::SizeIs;

cli::AppContainer stopped(const char* version, const char* finished_at) {
  return {.version = Version(version), .status = "exited", .finished_at = finished_at};
}

cli::AppContainer running(const char* version) { return {.version = Version(version), .status = "running"}; }

std::map<Place, RoleState> on(std::initializer_list<std::vector<cli::AppContainer>> hosts) {
  std::map<Place, RoleState> states;
  int host = 0;
  for (const auto& containers : hosts)
    states[{Host("1.1.1." + std::to_string(++host)), RoleName("web")}].containers = containers;
  return states;
}

std::vector<Version> versions(std::initializer_list<const char*> names) {
  return {names.begin(), names.end()};
}

TEST(DeployedVersions, AreThoseThatTheAuditLogSaysWereTagged) {
  EXPECT_THAT(
      deployed_versions("[2026-01-02T03:04:05Z] [ann] Tagging acme/shop:v1 as the latest image\n"
                        "[2026-01-02T03:05:05Z] [ann] Booted app version v9\n"
                        "[2026-01-02T03:06:05Z] [ann] Tagging localhost:5000/shop:v2 as the latest image\n"),
      ElementsAre(Version("v1"), Version("v2")));
}

TEST(VersionBefore, IsTheOneDeployedBeforeWhatRuns) {
  const auto states = on({{running("v3"), stopped("v2", "2026-01-03"), stopped("v1", "2026-01-02")}});
  EXPECT_EQ(version_before(states, versions({"v1", "v2", "v3"})), Version("v2"));
}

TEST(VersionBefore, SkipsADeployThatFailed) {
  const auto states = on({{stopped("bad", "2026-01-09"), running("v2"), stopped("v1", "2026-01-02")}});
  EXPECT_EQ(version_before(states, versions({"v1", "v2"})), Version("v1"));
}

TEST(VersionBefore, OfHalfADeployIsWhatTheOthersStillRun) {
  const auto states = on({{running("v2"), stopped("v1", "2026-01-02")}, {running("v1")}});
  EXPECT_EQ(version_before(states, versions({"v0", "v1"})), Version("v1"));
}

TEST(VersionBefore, HasAContainerEverywhere) {
  const auto states = on({{running("v3"), stopped("v2", "2026-01-03"), stopped("v1", "2026-01-02")},
                          {running("v3"), stopped("v1", "2026-01-02")}});
  EXPECT_EQ(version_before(states, versions({"v1", "v2", "v3"})), Version("v1"));
}

TEST(VersionBefore, WithoutAnAuditLogIsWhatWasStoppedLast) {
  const auto states = on({{running("v3"), stopped("v3_replaced_01", "2026-01-05"),
                           stopped("v1", "2026-01-02"), stopped("v2", "2026-01-03")}});
  EXPECT_EQ(version_before(states, {}), Version("v2"));
}

TEST(VersionBefore, IsNothingWhereNothingElseIsThere) {
  EXPECT_FALSE(version_before(on({{running("v3")}}), versions({"v2", "v3"})));
}

struct RollbackWithoutAVersion : ::testing::Test {
  RollbackWithoutAVersion() {
    kamal.servers.docker("1.1.1.1").add_stopped("shop-web-v1", "2026-01-02T03:04:05Z");
    kamal.servers.docker("1.1.1.1").add("shop-web-v2");
    kamal.servers.answer("1.1.1.1", "as the latest image' .kamal",
                         {0,
                          "[x] [ann] Tagging acme/shop:v1 as the latest image\n"
                          "[y] [ann] Tagging acme/shop:v2 as the latest image\n",
                          ""});
  }
  CliRun kamal;
};

TEST_F(RollbackWithoutAVersion, GoesToWhatRanBefore) {
  const CliRun::Result result = kamal.run({"rollback", "-y"});
  EXPECT_EQ(result.status, 0) << result.err;
  EXPECT_THAT(result.out, HasSubstr("Rolling back from v2 to the previous version, v1..."));
  EXPECT_THAT(kamal.servers.docker("1.1.1.1").running(), ElementsAre("shop-web-v1"));
}

TEST_F(RollbackWithoutAVersion, AsksOnATerminal) {
  kamal.in_is_terminal = true;
  kamal.answers = {"y"};
  EXPECT_EQ(kamal.run({"rollback"}).status, 0);
  EXPECT_THAT(kamal.questions, ElementsAre(HasSubstr("Roll back to v1?")));
  EXPECT_THAT(kamal.servers.docker("1.1.1.1").running(), ElementsAre("shop-web-v1"));
}

TEST_F(RollbackWithoutAVersion, NeedsATerminalOrYes) {
  const CliRun::Result result = kamal.run({"rollback"});
  EXPECT_EQ(result.status, 1);
  EXPECT_THAT(result.err, AllOf(HasSubstr("v1"), HasSubstr("`kamal rollback v1`"), HasSubstr("-y")));
  EXPECT_THAT(kamal.story.of({"docker run", "lock-shop"}), IsEmpty());
  EXPECT_THAT(kamal.servers.docker("1.1.1.1").running(), ElementsAre("shop-web-v2"));
}

TEST_F(RollbackWithoutAVersion, RepeatsTheOptionsInItsAdvice) {
  kamal.write("config/deploy.staging.yml", "");
  kamal.servers.docker("1.1.1.1").add_stopped("shop-web-staging-v1", "2026-01-02T03:04:05Z");
  kamal.servers.docker("1.1.1.1").add("shop-web-staging-v2");
  EXPECT_THAT(kamal.run({"rollback", "-d", "staging"}).err, HasSubstr("`kamal rollback v1 -d staging`"));
}

TEST_F(RollbackWithoutAVersion, NamesTheVersionToGoOnWith) {
  kamal.servers.answer("1.1.1.1", "kamal-proxy deploy", {1, "", "target failed to become healthy\n"});
  const CliRun::Result result = kamal.run({"rollback", "-y", "-c", "config/deploy.yml"});
  EXPECT_EQ(result.status, 1);
  EXPECT_THAT(
      result.err,
      AllOf(HasSubstr("\nThe rollback to v1 failed on 1.1.1.1: "),
            HasSubstr("\nNext: fix the cause and run `kamal rollback -y -c config/deploy.yml v1`\n")));
}

TEST(RollbackWithoutAVersionToGoTo, Fails) {
  CliRun kamal;
  kamal.servers.docker("1.1.1.1").add("shop-web-v2");
  const CliRun::Result result = kamal.run({"rollback", "-y"});
  EXPECT_EQ(result.status, 1);
  EXPECT_THAT(result.err, HasSubstr("No version to roll back to"));
}

}  // namespace
}  // namespace kamal
