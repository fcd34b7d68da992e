#include <gmock/gmock.h>
#include <gtest/gtest.h>
#include <stdlib.h>
#include <time.h>

#include <filesystem>

#include "kamal/support/files.h"
#include "unit/cli/cli_run.h"

// What whole commands leave in the logs.
namespace kamal::test {
namespace {

using testing::ElementsAre;
using testing::HasSubstr;
using testing::IsEmpty;
using testing::Not;

class RunLogCommandsTest : public testing::Test {
 protected:
  RunLogCommandsTest() {
    setenv("TZ", "UTC", 1);
    tzset();
  }

  static std::vector<std::string> files_in(const std::string& folder) {
    std::vector<std::string> names;
    std::error_code none;
    for (const auto& entry : std::filesystem::directory_iterator(folder, none)) {
      names.push_back(entry.path().filename().string());
    }
    return names;
  }
};

constexpr const char* to_files = "output: { file: { path: logs } }";

TEST_F(RunLogCommandsTest, ADeployLeavesOneFile) {
  CliRun kamal(to_files);
  const auto result = kamal.run({"deploy", "-P", "--version", "v1"});
  EXPECT_EQ(result.status, 0) << result.err;
  EXPECT_THAT(files_in("logs"), ElementsAre(testing::ContainsRegex("^2026-01-02T03-04-05_deploy\\.log$")));
  EXPECT_THAT(result.out, HasSubstr("Logs written to logs/2026-01-02T03-04-05_deploy.log\n"));
  const std::string log = read_file("logs/2026-01-02T03-04-05_deploy.log");
  EXPECT_THAT(log, HasSubstr("Acquiring the deploy lock...\n"));
  EXPECT_THAT(log, testing::MatchesRegex("(.|\n)*\n# Completed in [0-9.]+s\n"));
}

TEST_F(RunLogCommandsTest, TheFileHasWhatQuietOnesDoNotShow) {
  CliRun kamal(to_files);
  const auto result = kamal.run({"app", "stop", "-q"});
  EXPECT_EQ(result.status, 0) << result.err;
  EXPECT_THAT(result.out, Not(HasSubstr("Acquiring")));
  const std::string log = read_file("logs/2026-01-02T03-04-05_app_stop.log");
  EXPECT_THAT(log, HasSubstr("Acquiring the deploy lock...\n"));
  EXPECT_THAT(log, HasSubstr(" DEBUG "));
}

TEST_F(RunLogCommandsTest, TheNameHasTheDestination) {
  CliRun kamal(to_files);
  kamal.write("config/deploy.staging.yml", "retain_containers: 3\n");
  EXPECT_EQ(kamal.run({"prune", "all", "-d", "staging"}).status, 0);
  EXPECT_THAT(files_in("logs"), ElementsAre("2026-01-02T03-04-05_staging_prune_all.log"));
}

TEST_F(RunLogCommandsTest, AFailedRollbackSaysWhy) {
  CliRun kamal(to_files);
  EXPECT_EQ(kamal.run({"rollback", "v9"}).status, 1);
  EXPECT_THAT(read_file("logs/2026-01-02T03-04-05_rollback.log"), HasSubstr("\n# FAILED: ExecuteError: "));
}

TEST_F(RunLogCommandsTest, CommandsThatChangeNothingLeaveNoFile) {
  CliRun kamal(to_files);
  EXPECT_EQ(kamal.run({"app", "containers"}).status, 0);
  EXPECT_THAT(files_in("logs"), IsEmpty());
}

TEST_F(RunLogCommandsTest, AFolderThatCanNotBeWrittenFailsNothing) {
  CliRun kamal(to_files);
  kamal.write("logs", "in the way\n");
  const auto result = kamal.run({"app", "stop"});
  EXPECT_EQ(result.status, 0);
  EXPECT_THAT(result.err, HasSubstr("WARNING: output/file: no log is kept: "));
  EXPECT_THAT(result.out, Not(HasSubstr("Logs written")));
}

TEST_F(RunLogCommandsTest, SecretsStayOutOfTheFile) {
  CliRun kamal(
      "output: { file: { path: logs } }\n"
      "registry: { username: robot, password: [ REGISTRY_PASSWORD ] }\n"
      "env: { secret: [ DATABASE_PASSWORD ] }\n");
  kamal.write(".kamal/secrets", "REGISTRY_PASSWORD=sesame-open\nDATABASE_PASSWORD=under-the-mat\n");
  EXPECT_EQ(kamal.run({"setup", "-P", "--version", "v1"}).status, 0);
  const std::string log = read_file("logs/2026-01-02T03-04-05_setup.log");
  EXPECT_THAT(log, HasSubstr("docker login"));
  EXPECT_THAT(log, Not(HasSubstr("sesame-open")));
  EXPECT_THAT(log, Not(HasSubstr("under-the-mat")));
}

TEST_F(RunLogCommandsTest, ACollectorOutOfReachFailsNothing) {
  CliRun kamal("output: { otel: { endpoint: \"http://127.0.0.1:1\" } }");
  const auto result = kamal.run({"app", "stop"});
  EXPECT_EQ(result.status, 0);
  EXPECT_EQ(result.err,
            "WARNING: output/otel: logs could not be sent to http://127.0.0.1:1: Connection refused\n");
  EXPECT_THAT(result.out, Not(HasSubstr("Logs sent")));
}

TEST_F(RunLogCommandsTest, AnEndpointThatIsNoAddressFailsNothing) {
  CliRun kamal("output: { otel: { endpoint: \"ftp://otel\" } }");
  const auto result = kamal.run({"app", "stop"});
  EXPECT_EQ(result.status, 0);
  EXPECT_EQ(result.err,
            "WARNING: output/otel: no logs are sent: the endpoint is no address of HTTP (it should be like "
            "http://otel.example.com:4318)\n");
}

}  // namespace
}  // namespace kamal::test
