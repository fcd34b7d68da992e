#include <gmock/gmock.h>
#include <gtest/gtest.h>

#include <csignal>

#include "unit/cli/cli_run.h"

// Env files that are uploaded ahead of the hooks.
namespace kamal {
namespace {

using test::CliRun;
using ::testing::AllOf;
using ::testing::ElementsAre;
using ::testing::HasSubstr;
using ::testing::IsEmpty;
using ::testing::Not;
using ::testing::SizeIs;
using ::testing::StartsWith;

constexpr const char* file = ".kamal/apps/shop/env/roles/web.env";
constexpr const char* set_aside = "missing=0;";
constexpr const char* puts_back = "if [ -e .kamal/apps/shop/env/roles/web.env.before-01234567 ]; then mv -f ";
constexpr const char* keeps_new =
    "1.1.1.1: rm -f .kamal/apps/shop/env/roles/web.env.before-01234567 "
    ".kamal/apps/shop/env/roles/web.env.new-01234567";

const std::vector<std::vector<std::string>> runs_with_env_files = {
    {"deploy", "-P", "--version", "v2"}, {"redeploy", "-P", "--version", "v2"}, {"rollback", "v2"}};

// The app runs version v1; v2 is there to go back to. Its secret is new.
class EnvFilesOfARun : public ::testing::TestWithParam<std::vector<std::string>> {
 protected:
  EnvFilesOfARun() {
    kamal.write(".kamal/secrets", "TOKEN=teapot\n");
    kamal.add_hook("pre-deploy");
    kamal.servers.docker("1.1.1.1").add("shop-web-v1");
    if (GetParam().at(0) == "rollback") kamal.servers.docker("1.1.1.1").add("shop-web-v2", false);
  }
  CliRun kamal{"env: { secret: [ TOKEN ] }"};
};

TEST_P(EnvFilesOfARun, AreThereForThePreDeployHookAndStay) {
  const CliRun::Result result = kamal.run(GetParam());
  EXPECT_EQ(result.status, 0) << result.err;
  EXPECT_EQ(kamal.servers.uploads[std::string("1.1.1.1:") + file], "TOKEN=teapot\n");
  EXPECT_THAT(kamal.story.of({set_aside, "upload ", "hooks/", "web.env.before", "docker run --detach"}),
              ElementsAre(HasSubstr(set_aside), HasSubstr(std::string("upload ") + file + " 0600"),
                          HasSubstr("pre-deploy"), keeps_new, HasSubstr("docker run")));
}

TEST_P(EnvFilesOfARun, ComeBackIfTheHookFails) {
  kamal.processes.answer(".kamal/hooks/pre-deploy", test::fails(1, "no\n"));
  EXPECT_EQ(kamal.run(GetParam()).status, 1);
  EXPECT_THAT(kamal.story.of({"upload ", "hooks/", puts_back, "[ ! -d .kamal/lock-shop"}),
              ElementsAre(HasSubstr("upload "), HasSubstr("pre-deploy"), HasSubstr(puts_back),
                          HasSubstr("[ ! -d .kamal/lock-shop")));
}

TEST_P(EnvFilesOfARun, ComeBackAfterASignal) {
  kamal.processes.answer(".kamal/hooks/pre-deploy", [&](const Process&) {
    kamal.interruption.request(SIGINT);
    return ProcessResult();
  });
  EXPECT_EQ(kamal.run(GetParam()).status, 130);
  EXPECT_THAT(kamal.story.of({puts_back}), SizeIs(1));
}

TEST_P(EnvFilesOfARun, PassThroughNeitherArgumentsNorOutput) {
  std::vector<std::string> command = GetParam();
  command.emplace_back("-v");
  const CliRun::Result result = kamal.run(command);
  EXPECT_EQ(result.status, 0) << result.err;
  EXPECT_THAT(kamal.story.of({"teapot"}), IsEmpty());
  EXPECT_THAT(result.out + result.err, AllOf(HasSubstr("docker run"), Not(HasSubstr("teapot"))));
}

INSTANTIATE_TEST_SUITE_P(Each, EnvFilesOfARun, ::testing::ValuesIn(runs_with_env_files),
                         [](const auto& test) { return test.param.at(0); });

TEST(EnvFiles, StayWhereTheirRoleBootsAndComeBackElsewhere) {
  CliRun kamal("servers: [ 1.1.1.1, 1.1.1.2 ]\nboot: { limit: 1 }");
  kamal.servers.answer("1.1.1.1", "kamal-proxy deploy", {1, "", "not healthy\n"});
  EXPECT_EQ(kamal.run({"deploy", "-P", "--version", "v2"}).status, 1);
  EXPECT_THAT(kamal.story.of({"1.1.1.1: rm -f .kamal/apps", "1.1.1.2: rm -f .kamal/apps"}),
              ElementsAre(keeps_new, HasSubstr(puts_back), HasSubstr(puts_back)));
}

TEST(EnvFiles, ThatCannotBePutBackAreReported) {
  CliRun kamal;
  kamal.add_hook("pre-deploy");
  kamal.processes.answer(".kamal/hooks/pre-deploy", test::fails(1));
  kamal.servers.answer("*", puts_back, {1, "", "mv: read-only file system\n"});
  const CliRun::Result result = kamal.run({"deploy", "-P", "--version", "v2"});
  EXPECT_EQ(result.status, 1);
  EXPECT_THAT(result.out + result.err, HasSubstr("Could not restore the old env files on 1.1.1.1: "));
  EXPECT_THAT(kamal.story.of({"[ ! -d .kamal/lock-shop"}), SizeIs(1));
}

TEST(EnvFiles, AreReportedOnlyWhereTheyCouldNotBePutBackInTime) {
  CliRun kamal("servers: [ 1.1.1.1, 1.1.1.2 ]");
  kamal.add_hook("pre-deploy");
  kamal.processes.answer(".kamal/hooks/pre-deploy", test::fails(1));
  kamal.servers.before("1.1.1.2", puts_back, [] { throw Interrupted(SIGINT); });
  const CliRun::Result result = kamal.run({"deploy", "-P", "--version", "v2"});
  EXPECT_EQ(result.status, 1);
  EXPECT_THAT(result.out + result.err,
              HasSubstr("Could not restore the old env files on 1.1.1.2: timed out\n"));
}

TEST(EnvFiles, OfAppBootAreUploadedByTheBoot) {
  CliRun kamal;
  EXPECT_EQ(kamal.run({"app", "boot", "--version", "v1"}).status, 0);
  EXPECT_THAT(kamal.story.of({"upload ", ".before", "docker run"}),
              ElementsAre(HasSubstr(file), StartsWith("1.1.1.1: docker run")));
}

}  // namespace
}  // namespace kamal
