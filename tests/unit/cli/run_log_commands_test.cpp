#include <gmock/gmock.h>
#include <gtest/gtest.h>
#include <stdlib.h>
#include <time.h>

#include <filesystem>

#include "kamal/support/files.h"
#include "support/fake_collector.h"
#include "unit/cli/cli_run.h"

// What commands write to the logs.
namespace kamal::test {
namespace {

using ::testing::ElementsAre;
using ::testing::HasSubstr;
using ::testing::IsEmpty;
using ::testing::Not;

class RunLogCommandsTest : public ::testing::Test {
 protected:
  RunLogCommandsTest() {
    setenv("TZ", "UTC", 1);
    tzset();
  }

  static std::vector<std::string> files_in(const std::string& directory) {
    std::vector<std::string> names;
    std::error_code none;
    for (const auto& entry : std::filesystem::directory_iterator(directory, none)) {
      names.push_back(entry.path().filename().string());
    }
    return names;
  }
};

constexpr const char* to_files = "output: { file: { path: logs } }";

TEST_F(RunLogCommandsTest, WritesOneFilePerDeploy) {
  CliRun kamal(to_files);
  const auto result = kamal.run({"deploy", "-P", "--version", "v1"});
  EXPECT_EQ(result.status, 0) << result.err;
  EXPECT_THAT(files_in("logs"), ElementsAre(::testing::ContainsRegex("^2026-01-02T03-04-05_deploy\\.log$")));
  EXPECT_THAT(result.out, HasSubstr("Logs written to logs/2026-01-02T03-04-05_deploy.log\n"));
  const std::string log = read_file("logs/2026-01-02T03-04-05_deploy.log");
  EXPECT_THAT(log, HasSubstr("Acquiring the deploy lock...\n"));
  EXPECT_THAT(log, ::testing::MatchesRegex("(.|\n)*\n# Completed in [0-9.]+s\n"));
}

TEST_F(RunLogCommandsTest, WritesWhatQuietHides) {
  CliRun kamal(to_files);
  const auto result = kamal.run({"app", "stop", "-q"});
  EXPECT_EQ(result.status, 0) << result.err;
  EXPECT_THAT(result.out, Not(HasSubstr("Acquiring")));
  const std::string log = read_file("logs/2026-01-02T03-04-05_app.log");
  EXPECT_THAT(log, HasSubstr("Acquiring the deploy lock...\n"));
  EXPECT_THAT(log, HasSubstr(" DEBUG "));
}

TEST_F(RunLogCommandsTest, NamesFileByDestination) {
  CliRun kamal(to_files);
  kamal.write("config/deploy.staging.yml", "retain_containers: 3\n");
  EXPECT_EQ(kamal.run({"prune", "all", "-d", "staging"}).status, 0);
  EXPECT_THAT(files_in("logs"), ElementsAre("2026-01-02T03-04-05_staging_prune.log"));
}

TEST_F(RunLogCommandsTest, WritesFailureOfRollback) {
  CliRun kamal(to_files);
  EXPECT_EQ(kamal.run({"rollback", "v9"}).status, 1);
  EXPECT_THAT(read_file("logs/2026-01-02T03-04-05_rollback.log"),
              HasSubstr("\n# FAILED: NoActionError: The app version 'v9' is not available"));
}

TEST_F(RunLogCommandsTest, WritesNoFileForReadOnlyCommands) {
  CliRun kamal(to_files);
  EXPECT_EQ(kamal.run({"app", "containers"}).status, 0);
  EXPECT_THAT(kamal.asked("1.1.1.1"), Not(IsEmpty()));
  EXPECT_THAT(files_in("logs"), IsEmpty());
}

TEST_F(RunLogCommandsTest, IgnoresUnwritableDirectory) {
  CliRun kamal(to_files);
  kamal.write("logs", "in the way\n");
  const auto result = kamal.run({"app", "stop"});
  EXPECT_EQ(result.status, 0);
  EXPECT_THAT(result.err, HasSubstr("WARNING: output/file: logging disabled: "));
  EXPECT_THAT(result.out, Not(HasSubstr("Logs written")));
}

TEST_F(RunLogCommandsTest, RedactsSecretsInFile) {
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

std::string to_collector(const FakeCollector& collector) {
  return "output: { otel: { endpoint: \"" + collector.url() + "/\" } }\n";
}

std::string sent_to(const FakeCollector& collector) {
  std::string bodies;
  for (const auto& request : collector.requests()) bodies += request.body;
  return bodies;
}

TEST_F(RunLogCommandsTest, SendsDeployWithTags) {
  const FakeCollector collector;
  CliRun kamal(to_collector(collector));
  kamal.write("config/deploy.staging.yml", "retain_containers: 3\n");
  const auto result = kamal.run({"deploy", "-P", "--version", "v1", "-d", "staging"});
  EXPECT_EQ(result.status, 0) << result.err;
  EXPECT_THAT(result.out, HasSubstr("Logs sent to " + collector.url() + "\n"));
  EXPECT_EQ(collector.requests().at(0).line, "POST /v1/logs HTTP/1.1");
  const std::string run = "01234567-89ab-4def-8123-456789abcdef";
  EXPECT_THAT(
      collector.requests().at(0).body,
      HasSubstr(R"({"resource":{"attributes":[{"key":"service.name","value":{"stringValue":"kamal"}},)"
                R"({"key":"service.version","value":{"stringValue":"2.12.0"}},)"
                R"({"key":"kamal.run_id","value":{"stringValue":")" +
                run +
                R"("}},{"key":"kamal.performer","value":{"stringValue":"ann@example.com"}},)"
                R"({"key":"deployment.environment.name","value":{"stringValue":"staging"}},)"
                R"({"key":"kamal.deploy_version","value":{"stringValue":"v1"}},)"
                R"({"key":"service.namespace","value":{"stringValue":"shop"}}]})"));
  EXPECT_THAT(sent_to(collector), HasSubstr(R"("eventName":"kamal.start")"));
  EXPECT_THAT(sent_to(collector), HasSubstr(R"({"stringValue":"Acquiring the deploy lock..."})"));
  EXPECT_THAT(sent_to(collector), HasSubstr(R"("eventName":"kamal.complete")"));
}

TEST_F(RunLogCommandsTest, SendsFailure) {
  const FakeCollector collector;
  CliRun kamal(to_collector(collector));
  kamal.servers.answer("*", "docker pull", {1, "", "manifest unknown\n"});
  EXPECT_EQ(kamal.run({"deploy", "-P", "--version", "v1"}).status, 1);
  EXPECT_THAT(sent_to(collector), HasSubstr(R"("eventName":"kamal.failed")"));
  EXPECT_THAT(sent_to(collector), HasSubstr("manifest unknown"));
}

TEST_F(RunLogCommandsTest, SendsReadOnlyCommandsWithoutEvents) {
  const FakeCollector collector;
  CliRun kamal(to_collector(collector));
  const auto result = kamal.run({"app", "containers"});
  EXPECT_EQ(result.status, 0) << result.err;
  EXPECT_THAT(result.out, Not(HasSubstr("Logs sent")));
  EXPECT_THAT(sent_to(collector), HasSubstr("docker container ls"));
  EXPECT_THAT(sent_to(collector), Not(HasSubstr("eventName")));
}

TEST_F(RunLogCommandsTest, RedactsSentSecrets) {
  const FakeCollector collector;
  CliRun kamal(to_collector(collector) + "registry: { username: robot, password: [ REGISTRY_PASSWORD ] }\n");
  kamal.write(".kamal/secrets", "REGISTRY_PASSWORD=sesame-open\n");
  EXPECT_EQ(kamal.run({"setup", "-P", "--version", "v1"}).status, 0);
  EXPECT_THAT(sent_to(collector), HasSubstr("docker login"));
  EXPECT_THAT(sent_to(collector), Not(HasSubstr("sesame-open")));
}

TEST_F(RunLogCommandsTest, IgnoresUnreachableCollector) {
  CliRun kamal("output: { otel: { endpoint: \"http://127.0.0.1:1\" } }");
  const auto result = kamal.run({"app", "stop"});
  EXPECT_EQ(result.status, 0);
  EXPECT_EQ(result.err,
            "WARNING: output/otel: could not send logs to http://127.0.0.1:1: Connection refused\n");
  EXPECT_THAT(result.out, Not(HasSubstr("Logs sent")));
}

TEST_F(RunLogCommandsTest, IgnoresInvalidEndpoint) {
  CliRun kamal("output: { otel: { endpoint: \"ftp://otel\" } }");
  const auto result = kamal.run({"app", "stop"});
  EXPECT_EQ(result.status, 0);
  EXPECT_EQ(result.err,
            "WARNING: output/otel: logging disabled: the endpoint must be an HTTP URL (like "
            "http://otel.example.com:4318)\n");
}

TEST_F(RunLogCommandsTest, WritesFileForRedeployThatFailsBeforeLock) {
  CliRun kamal(to_files);
  kamal.servers.answer("*", "docker pull", {1, "", "manifest unknown\n"});
  EXPECT_EQ(kamal.run({"redeploy", "-P", "--version", "v1"}).status, 1);
  EXPECT_THAT(read_file("logs/2026-01-02T03-04-05_redeploy.log"), HasSubstr("manifest unknown"));
}

TEST_F(RunLogCommandsTest, SendsLinesWithoutVersion) {
  const FakeCollector collector;
  CliRun kamal(to_collector(collector));
  kamal.processes.answer("git rev-parse", fails(128));
  const auto result = kamal.run({"proxy", "details"});
  EXPECT_EQ(result.status, 0) << result.err;
  EXPECT_THAT(sent_to(collector), HasSubstr("docker ps"));
}

TEST_F(RunLogCommandsTest, TrustsSslCertFile) {
  const Certificate certificate("IP:127.0.0.1");
  const FakeCollector collector(FakeCollector::ok, &certificate);
  CliRun kamal(to_collector(collector));
  kamal.environment["SSL_CERT_FILE"] = certificate.file();
  const auto result = kamal.run({"app", "stop"});
  EXPECT_EQ(result.status, 0);
  EXPECT_EQ(result.err, "");
  EXPECT_THAT(sent_to(collector), HasSubstr(R"("eventName":"kamal.complete")"));
}

TEST_F(RunLogCommandsTest, UsesProxyFromEnvironment) {
  const FakeCollector proxy;
  CliRun kamal("output: { otel: { endpoint: \"http://otel.example.com:4318\" } }");
  kamal.environment["http_proxy"] = proxy.url();
  EXPECT_EQ(kamal.run({"app", "stop"}).status, 0);
  ASSERT_FALSE(proxy.requests().empty());
  EXPECT_EQ(proxy.requests().at(0).line, "POST http://otel.example.com:4318/v1/logs HTTP/1.1");
}

}  // namespace
}  // namespace kamal::test
