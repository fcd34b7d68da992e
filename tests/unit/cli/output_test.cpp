#include <gmock/gmock.h>
#include <gtest/gtest.h>

#include <csignal>

#include "kamal/sshkit/executor.h"
#include "kamal/support/files.h"
#include "unit/cli/cli_run.h"

namespace kamal {
namespace {

using test::CliRun;
using ::testing::AllOf;
using ::testing::HasSubstr;
using ::testing::IsEmpty;
using ::testing::Not;
using ::testing::StartsWith;

const std::vector<std::string> containers = {"app", "containers"};

CliRun::Result containers_with(CliRun& kamal, const std::string& option) {
  kamal.servers.answer("*", "docker container ls", {0, "shop-web-v1\n", "a warning\n"});
  std::vector<std::string> line = containers;
  if (!option.empty()) line.push_back(option);
  return kamal.run(line);
}

TEST(Output, ShowsEveryCommandAndItsResult) {
  CliRun kamal;
  EXPECT_EQ(containers_with(kamal, "").out,
            "  INFO [01234567] Running docker container ls --all --filter label=service=shop --filter "
            "label=destination= on 1.1.1.1\n"
            "  INFO [01234567] Finished in 0.000 seconds with exit status 0 (successful) on 1.1.1.1.\n"
            "App Host: 1.1.1.1\nshop-web-v1\n\n");
}

TEST(VerboseOutput, HasEveryLineWithItsHost) {
  CliRun kamal;
  EXPECT_THAT(containers_with(kamal, "-v").out, AllOf(HasSubstr(" DEBUG [01234567] 1.1.1.1: shop-web-v1\n"),
                                                      HasSubstr(" DEBUG [01234567] 1.1.1.1: a warning\n")));
}

TEST(VerboseOutput, ShowsTheAuditLog) {
  CliRun kamal;
  EXPECT_THAT(kamal.run({"app", "stop", "-v"}).out, HasSubstr("Stopped app"));
  EXPECT_THAT(kamal.run({"app", "stop"}).out, Not(HasSubstr("Stopped app")));
}

TEST(QuietOutput, IsTheResultOnly) {
  CliRun kamal;
  EXPECT_EQ(containers_with(kamal, "-q").out, "shop-web-v1\n\n");
}

TEST(QuietOutput, StillHasErrors) {
  CliRun kamal;
  kamal.servers.answer("*", "docker container ls", {1, "", "Cannot connect to the Docker daemon\n"});
  const CliRun::Result result = kamal.run({"app", "containers", "-q"});
  EXPECT_EQ(result.status, 1);
  EXPECT_THAT(result.err, HasSubstr("Cannot connect to the Docker daemon"));
}

TEST(Output, HasColorsOnATerminal) {
  CliRun kamal;
  kamal.out_is_terminal = true;
  EXPECT_THAT(containers_with(kamal, "").out, HasSubstr("\x1b["));
}

TEST(Output, HasNoColorsElsewhere) {
  CliRun kamal;
  EXPECT_THAT(containers_with(kamal, "-v").out,
              AllOf(HasSubstr("docker container ls"), Not(HasSubstr("\x1b["))));
}

TEST(Output, HasNoColorsWithNoColor) {
  CliRun kamal;
  kamal.out_is_terminal = true;
  kamal.environment["NO_COLOR"] = "1";
  EXPECT_THAT(containers_with(kamal, "-v").out,
              AllOf(HasSubstr("docker container ls"), Not(HasSubstr("\x1b["))));
}

TEST(Output, HasColorsWithAnEmptyNoColor) {
  CliRun kamal;
  kamal.out_is_terminal = true;
  kamal.environment["NO_COLOR"] = "";
  EXPECT_THAT(containers_with(kamal, "").out, HasSubstr("\x1b["));
}

TEST(Errors, OfSeveralHostsAreReportedTogether) {
  CliRun kamal("servers: [ 1.1.1.1, 1.1.1.2, 1.1.1.3 ]");
  kamal.servers.answer("1.1.1.1", "docker container ls", {1, "", "no daemon\n"});
  kamal.servers.answer("1.1.1.3", "docker container ls", {126, "", "not allowed\n"});
  const CliRun::Result result = kamal.run(containers);
  EXPECT_EQ(result.status, 1);
  EXPECT_THAT(result.err, AllOf(HasSubstr("on 2 hosts"), HasSubstr("1.1.1.1: docker container ls"),
                                HasSubstr("exit status: 1\n"), HasSubstr("no daemon"),
                                HasSubstr("1.1.1.3: docker container ls"), HasSubstr("exit status: 126\n"),
                                HasSubstr("not allowed")));
}

TEST(Errors, OfOneHostDoNotHideWhatTheOthersSay) {
  CliRun kamal("servers: [ 1.1.1.1, 1.1.1.2 ]");
  kamal.servers.unreachable("1.1.1.1");
  kamal.servers.answer("1.1.1.2", "docker container ls", {0, "shop-web-v1\n", ""});
  const CliRun::Result result = kamal.run(containers);
  EXPECT_EQ(result.status, 1);
  EXPECT_THAT(result.out, HasSubstr("App Host: 1.1.1.2\nshop-web-v1"));
  EXPECT_THAT(result.err, HasSubstr("Can't connect to 1.1.1.1"));
}

TEST(Errors, OfAConfigurationNameTheFile) {
  CliRun kamal("servics: shop");
  const CliRun::Result result = kamal.run(containers);
  EXPECT_EQ(result.status, 1);
  EXPECT_THAT(result.err, HasSubstr("config/deploy.yml:2"));
  EXPECT_THAT(kamal.story.events(), IsEmpty());
}

TEST(Errors, OfAMissingConfigurationNameTheFile) {
  CliRun kamal;
  EXPECT_THAT(kamal.run({"app", "containers", "-c", "nowhere.yml"}).err, HasSubstr("nowhere.yml"));
}

TEST(Errors, AreNotSaidOnStandardOutput) {
  CliRun kamal;
  const CliRun::Result result = kamal.run({"deploy", "--fast"});
  EXPECT_EQ(result.out, "");
  EXPECT_THAT(result.err, StartsWith("  ERROR "));
}

struct Signal {
  int signal, status;
};

class ExitStatusOfASignal : public ::testing::TestWithParam<Signal> {};

TEST_P(ExitStatusOfASignal, IsTheSignalsOwn) {
  CliRun kamal;
  kamal.servers.before("*", "docker container ls", [&] { kamal.interruption.request(GetParam().signal); });
  const CliRun::Result result = kamal.run(containers);
  EXPECT_EQ(result.status, GetParam().status);
  EXPECT_EQ(result.err, "Interrupted\n");
}

INSTANTIATE_TEST_SUITE_P(Signals, ExitStatusOfASignal,
                         ::testing::Values(Signal{SIGINT, 130}, Signal{SIGTERM, 143}, Signal{SIGHUP, 129}));

TEST(ExitStatus, IsZeroWhenAllIsDone) {
  CliRun kamal;
  EXPECT_EQ(kamal.run(containers).status, 0);
  EXPECT_THAT(kamal.asked("1.1.1.1"), Not(IsEmpty()));
}

TEST(ExitStatus, IsOneForFiltersThatMatchNothing) {
  CliRun kamal;
  const CliRun::Result host = kamal.run({"app", "containers", "-h", "9.9.9.9"});
  const CliRun::Result role = kamal.run({"app", "containers", "-r", "nobody"});
  EXPECT_EQ(host.status, 1);
  EXPECT_THAT(host.err, HasSubstr("No --hosts match for 9.9.9.9"));
  EXPECT_EQ(role.status, 1);
  EXPECT_THAT(role.err, HasSubstr("No --roles match for nobody"));
  EXPECT_THAT(kamal.story.events(), IsEmpty());
}

TEST(Selection, WarnsOfRolesThatMatchNothing) {
  CliRun kamal("servers: { web: [ 1.1.1.1 ], workers: [ 1.1.1.2 ] }");
  const CliRun::Result result = kamal.run({"app", "containers", "-r", "web,wrokers"});
  EXPECT_EQ(result.status, 0);
  EXPECT_THAT(result.err, HasSubstr("WARNING: No --roles match for wrokers (did you mean \"workers\"?)\n"));
  EXPECT_THAT(kamal.asked("1.1.1.1"), Not(IsEmpty()));
}

TEST(ExitStatus, IsOneForAnUnknownSectionOfTheDocumentation) {
  CliRun kamal;
  const CliRun::Result result = kamal.run({"docs", "proxi"});
  EXPECT_EQ(result.status, 1);
  EXPECT_THAT(result.err, AllOf(HasSubstr("proxi"), HasSubstr("proxy")));
}

TEST(Warnings, AreSaidOnStandardError) {
  CliRun kamal("labels: { port: 12:30 }");
  const CliRun::Result result = kamal.run({"app", "containers"});
  EXPECT_THAT(result.err, StartsWith("WARNING: "));
  EXPECT_THAT(result.out, Not(HasSubstr("WARNING")));
}

constexpr const char* secret_env = "env: { secret: [ TOKEN ] }";

TEST(SecretsInOutput, StayInResults) {
  CliRun kamal(secret_env);
  kamal.write(".kamal/secrets", "TOKEN=opensesame\n");
  kamal.servers.answer("*", "docker exec", {0, "TOKEN=opensesame\n", ""});
  const CliRun::Result result = kamal.run({"app", "exec", "--reuse", "--version", "v1", "env"});
  EXPECT_EQ(result.status, 0) << result.err;
  EXPECT_THAT(result.out, HasSubstr("App Host: 1.1.1.1\nTOKEN=opensesame\n"));
}

TEST(SecretsInOutput, AreRedactedInWhatHooksPrint) {
  CliRun kamal(std::string(secret_env) + "\noutput: { file: { path: logs } }");
  kamal.write(".kamal/secrets", "TOKEN=opensesame\n");
  kamal.add_hook("pre-app-boot");
  kamal.processes.answer(".kamal/hooks/pre-app-boot", test::says("with opensesame\n"));
  const CliRun::Result result = kamal.run({"app", "boot", "-v", "--version", "v1"});
  EXPECT_EQ(result.status, 0) << result.err;
  EXPECT_THAT(result.out, AllOf(HasSubstr("with [REDACTED]"), Not(HasSubstr("opensesame"))));
  const std::string log = read_file("logs/2026-01-02T03-04-05_app.log");
  EXPECT_THAT(log, AllOf(HasSubstr("with [REDACTED]"), Not(HasSubstr("opensesame"))));
}

TEST(SecretsInOutput, AreRedactedInErrors) {
  CliRun kamal(std::string(secret_env) + "\noutput: { file: { path: logs } }");
  kamal.write(".kamal/secrets", "TOKEN=opensesame\n");
  kamal.servers.answer("*", "docker run", {1, "", "invalid: \x1b[2Jopensesame\n"});
  const CliRun::Result result = kamal.run({"app", "boot", "--version", "v1"});
  EXPECT_EQ(result.status, 1);
  EXPECT_THAT(result.err, AllOf(HasSubstr("stderr: invalid: [REDACTED]"), Not(HasSubstr("opensesame"))));
  EXPECT_THAT(read_file("logs/2026-01-02T03-04-05_app.log"), Not(HasSubstr("opensesame")));
}

TEST(SecretsInOutput, AreRedactedInTheLogsOfAFailedBoot) {
  CliRun kamal(std::string("readiness_delay: 0\n") + secret_env +
               "\nservers: { web: { hosts: [ 1.1.1.1 ], proxy: false } }");
  kamal.write(".kamal/secrets", "TOKEN=opensesame\n");
  kamal.servers.answer("*", "docker inspect --format '{{if", {0, "unhealthy\n", ""});
  kamal.servers.answer("*", "docker logs", {0, "bad token b3BlbnNlc2FtZQ==\n", ""});
  const CliRun::Result result = kamal.run({"app", "boot", "--version", "v1"});
  EXPECT_EQ(result.status, 1);
  EXPECT_THAT(result.out, HasSubstr("bad token [REDACTED]"));
}

}  // namespace
}  // namespace kamal
