#include "cli/deploy/closing_block.h"

#include <gmock/gmock.h>
#include <gtest/gtest.h>

#include <csignal>

#include "unit/cli/cli_run.h"

namespace kamal {
namespace {

using test::CliRun;
using ::testing::AllOf;
using ::testing::EndsWith;
using ::testing::HasSubstr;
using ::testing::Not;

constexpr const char* three_servers = "servers: [ 1.1.1.1, 1.1.1.2, 1.1.1.3 ]\n";

struct ClosingBlock : ::testing::Test {
  ClosingBlock() {
    for (const char* host : {"1.1.1.1", "1.1.1.2", "1.1.1.3"}) {
      kamal.servers.docker(host).add("shop-web-v1");
      kamal.servers.docker(host).point("shop-web", "shop-web-v1");
    }
  }
  CliRun kamal{three_servers};
};

constexpr const char* fails_to_deploy = "kamal-proxy deploy";

TEST_F(ClosingBlock, ReportsWhatRunsAndServesAndTheNextCommand) {
  kamal.servers.answer("1.1.1.3", fails_to_deploy, {1, "", "target failed to become healthy\n"});
  const CliRun::Result result = kamal.run({"app", "boot", "--version", "v2"});
  EXPECT_EQ(result.status, 1);
  EXPECT_THAT(
      result.err,
      AllOf(HasSubstr(
                "\nThe boot of v2 failed on 1.1.1.3: kamal-proxy deploy: target failed to become healthy\n"
                "  web on 1.1.1.3: v1 running for "),
            HasSubstr(
                ", serving; v2 exited with status 0\n  web on 1.1.1.1, 1.1.1.2: v2 running for at least "),
            EndsWith("\nv1 is serving requests on 1.1.1.3; v2 is serving requests on 1.1.1.1, 1.1.1.2.\n"
                     "The deploy lock is free.\n"
                     "Next: fix the cause and run `kamal app boot --version v2`, or roll back: `kamal "
                     "rollback v1`\n")));
}

TEST_F(ClosingBlock, SaysThatTheNewVersionServesIfALaterStepFails) {
  kamal.servers.answer("*", "docker tag", {1, "", "no space left on device\n"});
  const CliRun::Result result = kamal.run({"app", "boot", "--version", "v2"});
  EXPECT_EQ(result.status, 1);
  EXPECT_THAT(result.err,
              AllOf(HasSubstr("no space left on device"), HasSubstr("\nv2 is serving requests.\n"),
                    HasSubstr("  web on 1.1.1.1, 1.1.1.2, 1.1.1.3: v2 running for at least ")));
}

TEST_F(ClosingBlock, OfAnInterruptionSaysSo) {
  kamal.servers.before("1.1.1.1", "docker run", [&] { kamal.interruption.request(SIGINT); });
  const CliRun::Result result = kamal.run({"app", "boot", "--version", "v2"});
  EXPECT_EQ(result.status, 130);
  EXPECT_THAT(result.err, AllOf(HasSubstr("Interrupted\nThe boot of v2 was interrupted.\n"),
                                HasSubstr("\nNext: `kamal app boot --version v2`")));
}

TEST_F(ClosingBlock, NamesUnresponsiveHostsFirst) {
  kamal.servers.answer("1.1.1.1", fails_to_deploy, {1, "", "target failed to become healthy\n"});
  kamal.servers.before("1.1.1.2", "State.FinishedAt",
                       [] { throw sshkit::ConnectionError("1.1.1.2 went away"); });
  EXPECT_THAT(
      kamal.run({"redeploy", "-P", "--version", "v2"}).err,
      HasSubstr(
          "\nThe redeploy of v2 failed on 1.1.1.1: kamal-proxy deploy: target failed to become healthy\n"
          "  web on 1.1.1.2: unknown: 1.1.1.2 went away\n"));
}

TEST_F(ClosingBlock, IsCutShortByASignalAndSaysSo) {
  kamal.servers.answer("1.1.1.1", fails_to_deploy, {1, "", "target failed to become healthy\n"});
  kamal.servers.before("1.1.1.2", "State.FinishedAt", [&] { kamal.interruption.request(SIGINT); });
  const CliRun::Result result = kamal.run({"redeploy", "-P", "--version", "v2"});
  EXPECT_EQ(result.status, 130);
  EXPECT_THAT(result.err, AllOf(HasSubstr("\nThe redeploy of v2 failed on 1.1.1.1: "),
                                HasSubstr("unknown: a signal came before its answer\n"),
                                Not(HasSubstr("no response within"))));
}

TEST_F(ClosingBlock, RepeatsTheOptionsThatWereGiven) {
  kamal.write("config/deploy.staging.yml", "");
  for (const char* host : {"1.1.1.1", "1.1.1.2"}) kamal.servers.docker(host).add("shop-web-staging-v1");
  kamal.servers.answer("1.1.1.2", fails_to_deploy, {1, "", "target failed to become healthy\n"});
  EXPECT_THAT(
      kamal.run({"app", "boot", "-d", "staging", "--version", "v2", "-h", "1.1.1.1,1.1.1.2"}).err,
      HasSubstr(
          "`kamal app boot -d staging --version v2 -h 1.1.1.1,1.1.1.2`, or roll back: `kamal rollback v1 "
          "-d staging -h 1.1.1.1,1.1.1.2`\n"));
}

TEST_F(ClosingBlock, RepeatsThatOnlyThePrimaryHostWasMeant) {
  kamal.servers.answer("*", "docker tag", {1, "", "no space left on device\n"});
  kamal.servers.answer("1.1.1.1", "xargs docker stop", {1, "", "permission denied\n"});
  EXPECT_THAT(kamal.run({"app", "boot", "-p", "-H", "--version", "v2"}).err,
              HasSubstr("`kamal app boot -p -H --version v2`, or roll back: `kamal rollback v1 -p -H`\n"));
}

TEST_F(ClosingBlock, OfAFailureBeforeTheLockSaysThatNothingChanged) {
  kamal.servers.answer("1.1.1.1", "mkdir .kamal/lock-shop", {17, "", ""});
  const CliRun::Result result = kamal.run({"app", "stop"});
  EXPECT_EQ(result.status, 1);
  EXPECT_THAT(result.err, AllOf(HasSubstr("The stop failed. It changed nothing on the servers.\n"),
                                Not(HasSubstr("web on"))));
}

TEST_F(ClosingBlock, SaysIfTheLockIsStillHeld) {
  kamal.servers.answer("1.1.1.1", fails_to_deploy, {1, "", "target failed to become healthy\n"});
  kamal.servers.answer("1.1.1.1", "if [ ! -d .kamal/lock-shop ]", {1, "", "Read-only file system\n"});
  EXPECT_THAT(kamal.run({"app", "boot", "--version", "v2"}).err,
              HasSubstr("The deploy lock is still held on 1.1.1.1: release it with `kamal lock release`.\n"));
}

TEST_F(ClosingBlock, DoesNotSayThatAStoppedContainerServes) {
  kamal.servers.docker("1.1.1.1").at("shop-web-v1").running = false;
  kamal.servers.answer("*", fails_to_deploy, {1, "", "target failed to become healthy\n"});
  EXPECT_THAT(
      kamal.run({"app", "boot", "--version", "v2"}).err,
      AllOf(HasSubstr("  web on 1.1.1.1: "), HasSubstr("\nv1 is serving requests on 1.1.1.2, 1.1.1.3.\n")));
}

TEST_F(ClosingBlock, DoesNotSayThatAContainerServesThatCrashes) {
  kamal.servers.before("1.1.1.1", "docker tag", [&] {
    auto& container = kamal.servers.docker("1.1.1.1").at("shop-web-v2");
    container.status = "restarting";
    container.restarts = 3;
    container.exit_code = 1;
  });
  kamal.servers.answer("*", "docker tag", {1, "", "no space left on device\n"});
  EXPECT_THAT(kamal.run({"app", "boot", "--version", "v2"}).err,
              AllOf(HasSubstr("  web on 1.1.1.1: v2 restarting, restarted 3 times after exit status 1"),
                    HasSubstr("\nv2 is serving requests on 1.1.1.2, 1.1.1.3.\n")));
}

TEST_F(ClosingBlock, OffersNoContainerThatMadeRoom) {
  kamal.servers.answer("1.1.1.3", fails_to_deploy, {1, "", "target failed to become healthy\n"});
  const CliRun::Result result = kamal.run({"app", "boot", "--version", "v1"});
  EXPECT_EQ(result.status, 1);
  EXPECT_THAT(result.err, AllOf(HasSubstr("_replaced_"), Not(HasSubstr("kamal rollback"))));
}

TEST_F(ClosingBlock, OfABootWithoutAVersionNamesTheOneThatBooted) {
  kamal.servers.answer("*", "docker image ls acme/shop", {0, "abc v2\nabc latest\n", ""});
  kamal.servers.answer("1.1.1.2", fails_to_deploy, {1, "", "target failed to become healthy\n"});
  EXPECT_THAT(kamal.run({"app", "boot"}).err, AllOf(HasSubstr("The boot of v2 failed on 1.1.1.2: "),
                                                    HasSubstr("roll back: `kamal rollback v1`")));
}

TEST_F(ClosingBlock, DoesNotRunAFailedHookAgain) {
  kamal.environment["KAMAL_LOCK"] = "true";
  kamal.add_hook("pre-connect");
  kamal.processes.answer(".kamal/hooks/pre-connect",
                         ProcessResult{.status = 1, .out = "", .err = "no VPN\n"});
  const CliRun::Result result = kamal.run({"redeploy", "-P", "--version", "v2"});
  EXPECT_EQ(result.status, 1);
  EXPECT_THAT(result.err,
              AllOf(HasSubstr("no VPN"),
                    HasSubstr("\nThe redeploy of v2 failed: Hook `pre-connect` failed: no VPN\n")));
  EXPECT_THAT(kamal.story.of({".kamal/hooks/pre-connect"}), ::testing::SizeIs(1));
}

TEST_F(ClosingBlock, SaysInOneLineWhatFailedWhereAndWhy) {
  const test::Answer disk{
      125, "",
      "docker: Error response from daemon: write /var/lib/docker: no space left on device.\n"
      "See 'docker run --help'.\n"};
  kamal.servers.answer("1.1.1.1", "docker run", disk);
  kamal.servers.answer("1.1.1.2", "docker run", disk);
  kamal.servers.before("1.1.1.3", "docker run",
                       [] { throw sshkit::ConnectionError("Lost the connection to 1.1.1.3"); });
  EXPECT_THAT(
      kamal.run({"app", "boot", "--version", "v2"}).err,
      HasSubstr(
          "\nThe boot of v2 failed on 1.1.1.1, 1.1.1.2: docker run: write /var/lib/docker: no space left on "
          "device; on 1.1.1.3: Lost the connection to 1.1.1.3\n"));
}

TEST_F(ClosingBlock, NamesAProgramOnce) {
  kamal.servers.answer("1.1.1.1", "rm -f .kamal/apps", {1, "", "rm: cannot remove 'web.env.new'\n"});
  EXPECT_THAT(kamal.run({"deploy", "-P", "--version", "v2"}).err,
              HasSubstr("\nThe deploy of v2 failed on 1.1.1.1: rm: cannot remove 'web.env.new'\n"));
}

TEST_F(ClosingBlock, SaysWhyKamalProxysHealthCheckFailed) {
  kamal.servers.answer("1.1.1.1", fails_to_deploy,
                       {1, "", "Error: target failed to become healthy within timeout\n"});
  kamal.servers.answer(
      "1.1.1.1", "Healthcheck failed",
      {0, R"_({"msg":"Healthcheck failed","url":"http://abc:80/up","error":"unexpected status (503)"})_",
       ""});
  EXPECT_THAT(
      kamal.run({"app", "boot", "--version", "v2"}).err,
      HasSubstr(
          "\nThe boot of v2 failed on 1.1.1.1: kamal-proxy deploy: target failed to become healthy within "
          "timeout; kamal-proxy health check failed: /up returned status 503\n"));
}

TEST_F(ClosingBlock, IsNotPartOfASuccess) {
  const CliRun::Result result = kamal.run({"app", "boot", "--version", "v2"});
  EXPECT_EQ(result.status, 0);
  EXPECT_EQ(result.err, "");
}

}  // namespace
}  // namespace kamal
