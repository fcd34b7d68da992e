#include <gmock/gmock.h>
#include <gtest/gtest.h>

#include <filesystem>

#include "kamal/support/files.h"
#include "unit/cli/cli_run.h"

namespace kamal {
namespace {

using test::CliRun;
using ::testing::AllOf;
using ::testing::EndsWith;
using ::testing::HasSubstr;
using ::testing::MatchesRegex;
using ::testing::Not;
using ::testing::StartsWith;

const std::vector<std::string> deploy = {"deploy", "-P", "--version", "v2"};

std::vector<std::string> with(std::vector<std::string> arguments, const char* more) {
  arguments.emplace_back(more);
  return arguments;
}

// What lies between the first `::group::TITLE` and its end.
std::string group(const std::string& log, const std::string& title) {
  const size_t start = log.find("::group::" + title + "\n");
  if (start == std::string::npos) return "no group " + title;
  return log.substr(start, log.find("::endgroup::", start) - start);
}

TEST(GitHubActions, FoldsThePhasesOfADeploy) {
  CliRun kamal;
  kamal.environment["GITHUB_ACTIONS"] = "true";
  const CliRun::Result result = kamal.run(deploy);
  EXPECT_EQ(result.status, 0);
  EXPECT_THAT(group(result.out, "Pull"), HasSubstr("docker pull acme/shop:v2"));
  EXPECT_THAT(group(result.out, "Boot"), HasSubstr("docker run --detach"));
  EXPECT_THAT(group(result.out, "Prune"), HasSubstr("docker image prune"));
  EXPECT_THAT(result.out, EndsWith("::endgroup::\nDeployed shop v2 to 1 server (web 1) in 1 s\n"));
}

TEST(GitHubActions, GetNothingOfItWithoutTheEnvironmentWithPlainOrQuiet) {
  CliRun kamal;
  EXPECT_THAT(kamal.run(deploy).out, AllOf(HasSubstr("Deployed shop"), Not(HasSubstr("::"))));
  CliRun plain;
  plain.environment["GITHUB_ACTIONS"] = "true";
  EXPECT_THAT(plain.run(with(deploy, "--progress=plain")).out,
              AllOf(HasSubstr("Deployed shop"), Not(HasSubstr("::"))));
  CliRun by_environment;
  by_environment.environment["GITHUB_ACTIONS"] = "true";
  by_environment.environment["KAMAL_PROGRESS"] = "plain";
  EXPECT_THAT(by_environment.run(deploy).out, AllOf(HasSubstr("Deployed shop"), Not(HasSubstr("::"))));
  CliRun quiet;
  quiet.environment["GITHUB_ACTIONS"] = "true";
  const CliRun::Result result = quiet.run(with(deploy, "-q"));
  EXPECT_EQ(result.status, 0);
  EXPECT_FALSE(quiet.asked("1.1.1.1").empty());
  EXPECT_THAT(result.out, Not(HasSubstr("::")));
}

TEST(GitHubActions, MarkEachProblemInItsFileAndLine) {
  CliRun kamal("servers: [1.1.1.1]\nretain_containers: many\nnonsense: 1\n");
  kamal.environment["GITHUB_ACTIONS"] = "true";
  const CliRun::Result result = kamal.run(deploy);
  EXPECT_EQ(result.status, 1);
  EXPECT_THAT(result.err, HasSubstr("::error title=kamal,file=config/deploy.yml,line=3::config/deploy.yml:3: "
                                    "retain_containers: "));
  EXPECT_THAT(result.err,
              HasSubstr("::error title=kamal,file=config/deploy.yml,line=4::config/deploy.yml:4: "));
  EXPECT_THAT(result.err, HasSubstr("  ERROR "));
}

TEST(GitHubActions, NameFilesAsTheRepositoryDoes) {
  CliRun kamal("servers: [1.1.1.1]\nnonsense: 1\n");
  kamal.environment["GITHUB_ACTIONS"] = "true";
  const std::filesystem::path here = std::filesystem::current_path();
  kamal.environment["GITHUB_WORKSPACE"] = here.parent_path().string();
  EXPECT_THAT(kamal.run(deploy).err, HasSubstr("::error title=kamal,file=" + here.filename().string() +
                                               "/config/deploy.yml,line=3::"));
}

TEST(GitHubActions, EndTheGroupBeforeTheFailureAndMarkIt) {
  CliRun kamal;
  kamal.environment["GITHUB_ACTIONS"] = "true";
  kamal.servers.answer("1.1.1.1", "docker run --detach", {.status = 1, .err = "100% full"});
  const CliRun::Result result = kamal.run(deploy);
  EXPECT_EQ(result.status, 1);
  EXPECT_THAT(group(result.out, "Boot"), HasSubstr("docker run --detach"));
  EXPECT_THAT(result.out, EndsWith("::endgroup::\n"));
  EXPECT_THAT(
      result.err,
      StartsWith("::error title=kamal::The deploy of v2 failed on 1.1.1.1: docker run: 100%25 full\n"));
}

TEST(GitHubActions, GetASummaryOfTheJob) {
  CliRun kamal;
  kamal.environment["GITHUB_ACTIONS"] = "true";
  kamal.environment["GITHUB_STEP_SUMMARY"] = "summary.md";
  kamal.write("summary.md", "before\n");
  kamal.servers.before("1.1.1.1", "docker pull", [&] { kamal.clock.sleep(std::chrono::seconds(7)); });
  EXPECT_EQ(kamal.run(deploy).status, 0);
  EXPECT_EQ(read_file("summary.md"),
            "before\n### Deployed shop v2 to 1 server (web 1) in 7 s\n\n"
            "| Phase | Seconds | Slowest host |\n|---|---:|---|\n| pull | 7 |  |\n\n");
}

TEST(GitHubActions, GetTheClosingBlockAsSummaryOfAFailure) {
  CliRun kamal;
  kamal.environment["GITHUB_ACTIONS"] = "true";
  kamal.environment["GITHUB_STEP_SUMMARY"] = "summary.md";
  kamal.servers.answer("1.1.1.1", "docker pull", {.status = 1});
  EXPECT_EQ(kamal.run(deploy).status, 1);
  EXPECT_THAT(read_file("summary.md"),
              AllOf(StartsWith("```\nThe deploy of v2 failed"), HasSubstr("Next: "), EndsWith("```\n")));
}

TEST(GitHubActions, WarnIfTheSummaryCannotBeWritten) {
  CliRun kamal;
  kamal.environment["GITHUB_ACTIONS"] = "true";
  kamal.environment["GITHUB_STEP_SUMMARY"] = "missing/summary.md";
  const CliRun::Result result = kamal.run(deploy);
  EXPECT_EQ(result.status, 0);
  EXPECT_THAT(result.err,
              HasSubstr("WARNING: Could not write missing/summary.md: No such file or directory"));
}

TEST(GitLabCi, FoldsThePhasesOfADeploy) {
  CliRun kamal;
  kamal.environment["GITLAB_CI"] = "true";
  const CliRun::Result result = kamal.run(deploy);
  EXPECT_EQ(result.status, 0);
  EXPECT_THAT(result.out,
              MatchesRegex("(.|\n)*\x1b\\[0Ksection_start:[0-9]+:kamal_boot\r\x1b\\[0KBoot\n(.|\n)*"));
  EXPECT_THAT(result.out, MatchesRegex("(.|\n)*\x1b\\[0Ksection_end:[0-9]+:kamal_boot\r\x1b\\[0K\n(.|\n)*"));
  EXPECT_THAT(result.err, Not(HasSubstr("::error")));
}

}  // namespace
}  // namespace kamal
