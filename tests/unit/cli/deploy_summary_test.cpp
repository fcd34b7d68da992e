#include <gmock/gmock.h>
#include <gtest/gtest.h>

#include "cli/deploy/summary.h"
#include "unit/cli/cli_run.h"

namespace kamal {
namespace {

using namespace std::chrono_literals;
using cli::Summary;
using test::CliRun;
using ::testing::AllOf;
using ::testing::ElementsAre;
using ::testing::EndsWith;
using ::testing::HasSubstr;
using ::testing::Not;

const RoleName web("web"), job("job");

std::string hash(char digit) { return std::string(40, digit); }

Summary deployed(const std::optional<Version>& before) {
  Summary summary{.what = "Deployed shop", .version = Version(hash('b')), .roles = {job, web}, .took = 48s};
  for (const char* host : {"1.1.1.1", "1.1.1.2"}) summary.before[{Host(host), web}] = before;
  summary.before[{Host("1.1.1.3"), job}] = before;
  return summary;
}

TEST(DeploySummary, NamesVersionsServersAndTime) {
  EXPECT_EQ(deployed(Version(hash('a'))).text(),
            "Deployed shop aaaaaaa -> bbbbbbb to 3 servers (job 1, web 2) in 48 s");
}

TEST(DeploySummary, CountsAHostWithTwoRolesOnce) {
  Summary summary = deployed(Version("v1"));
  summary.before[{Host("1.1.1.1"), job}] = Version("v1");
  EXPECT_THAT(summary.text(), HasSubstr("to 3 servers (job 2, web 2) in"));
}

TEST(DeploySummary, SaysOneServer) {
  Summary summary = deployed(Version("v1"));
  summary.before = {{{Host("1.1.1.1"), web}, Version("v1")}};
  EXPECT_THAT(summary.text(), HasSubstr("to 1 server (web 1) in"));
}

TEST(DeploySummary, NamesNoOldVersionIfNothingRan) {
  EXPECT_THAT(deployed(std::nullopt).text(), HasSubstr("Deployed shop bbbbbbb to 3 servers"));
}

TEST(DeploySummary, NamesAllOldVersions) {
  Summary summary = deployed(Version(hash('c')));
  summary.before[{Host("1.1.1.3"), job}] = Version("v1_uncommitted_0123456789");
  EXPECT_THAT(summary.text(), HasSubstr("ccccccc, v1_uncommitted_0123456789 -> bbbbbbb"));
}

TEST(DeploySummary, SaysThatTheSameVersionRanBefore) {
  EXPECT_THAT(deployed(Version(hash('b'))).text(), HasSubstr("Deployed shop bbbbbbb again to 3 servers"));
}

TEST(DeploySummary, ListsPhasesOfASecondOrMoreWithTheSlowestOfSeveralHosts) {
  Summary summary = deployed(Version("v1"));
  summary.phases = {{.name = "build", .took = 21s},
                    {.name = "pull", .took = 7600ms, .hosts = {{Host("1.1.1.1"), 3s}, {Host("1.1.1.2"), 7s}}},
                    {.name = "lock", .took = 200ms},
                    {.name = "prune", .took = 1s, .hosts = {{Host("1.1.1.1"), 1s}}}};
  EXPECT_THAT(summary.text(), EndsWith("in 48 s: build 21, pull 8 (slowest 1.1.1.2), prune 1"));
}

TEST(DeploySummary, IsTheLastLineOfADeploy) {
  CliRun kamal("readiness_delay: 0\nservers:\n  web: [1.1.1.1, 1.1.1.2]\n  job: [1.1.1.2]\n");
  kamal.servers.docker("1.1.1.1").add("shop-web-v1");
  kamal.servers.docker("1.1.1.2").add("shop-web-v1");
  kamal.add_hook("post-deploy");
  const CliRun::Result result = kamal.run({"deploy", "-P", "--version", "v2"});
  EXPECT_EQ(result.status, 0);
  EXPECT_THAT(result.out, EndsWith("\nDeployed shop v1 -> v2 to 2 servers (job 1, web 2) in 1 s\n"));
}

TEST(DeploySummary, IsTheLastLineOfSetupRedeployAndRollback) {
  const auto last_line = [](const std::vector<std::string>& arguments) {
    CliRun kamal;
    kamal.servers.docker("1.1.1.1").add("shop-web-v1", false);
    kamal.servers.docker("1.1.1.1").add("shop-web-v2");
    const CliRun::Result result = kamal.run(arguments);
    EXPECT_EQ(result.status, 0) << result.err;
    const std::string text = result.out.substr(0, result.out.size() - 1);
    return text.substr(text.rfind('\n') + 1);
  };
  EXPECT_EQ(last_line({"setup", "-P", "--version", "v3"}),
            "Deployed shop v2 -> v3 to 1 server (web 1) in 1 s");
  EXPECT_EQ(last_line({"redeploy", "-P", "--version", "v2"}),
            "Deployed shop v2 again to 1 server (web 1) in 1 s");
  EXPECT_EQ(last_line({"rollback", "v1"}), "Rolled back shop v2 -> v1 on 1 server (web 1) in 1 s");
}

TEST(DeploySummary, NamesTheDestination) {
  CliRun kamal;
  kamal.write("config/deploy.staging.yml", "env:\n  clear:\n    A: b\n");
  const CliRun::Result result = kamal.run({"deploy", "-P", "--version", "v1", "-d", "staging"});
  EXPECT_EQ(result.status, 0);
  EXPECT_THAT(result.out, HasSubstr("\nDeployed shop (staging) v1 to 1 server"));
}

TEST(DeploySummary, IsMissingAfterAFailure) {
  CliRun kamal;
  kamal.servers.answer("1.1.1.1", "docker pull", {.status = 1});
  const CliRun::Result result = kamal.run({"deploy", "-P", "--version", "v1"});
  EXPECT_EQ(result.status, 1);
  EXPECT_THAT(result.out, AllOf(HasSubstr("Pull app image"), Not(HasSubstr("Deployed shop"))));
}

TEST(DeploySummary, IsMissingWithQuiet) {
  CliRun kamal;
  const CliRun::Result result = kamal.run({"deploy", "-P", "-q", "--version", "v1"});
  EXPECT_EQ(result.status, 0);
  EXPECT_THAT(kamal.servers.docker("1.1.1.1").running(), ElementsAre("shop-web-v1"));
  EXPECT_THAT(result.out, Not(HasSubstr("Deployed shop")));
}

TEST(DeploySummary, TellsPushingFromBuilding) {
  CliRun kamal;
  kamal.processes.answer("docker buildx build", [&](const Process&) {
    kamal.clock.sleep(20s);
    return ProcessResult{.status = 0, .out = "", .err = "#7 exporting layers\n#7 pushing layers\n"};
  });
  kamal.processes.before_end_of("docker buildx build", [&] { kamal.clock.sleep(6s); });
  const CliRun::Result result = kamal.run({"deploy", "--version", "v1"});
  EXPECT_EQ(result.status, 0);
  EXPECT_THAT(result.out, HasSubstr("in 26 s: build 20, push 6\n"));
}

}  // namespace
}  // namespace kamal
