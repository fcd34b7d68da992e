#include <gmock/gmock.h>
#include <gtest/gtest.h>

#include <csignal>
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
using ::testing::SizeIs;
using ::testing::StartsWith;

const std::vector<std::string> deploy = {"deploy", "-P", "--version", "v1"};

std::string hook(const std::string& name) { return ".kamal/hooks/" + name; }

TEST(Hooks, OfADeployRunInTheirOrder) {
  CliRun kamal;
  for (const char* name : {"docker-setup", "pre-connect", "pre-build", "pre-deploy", "pre-app-boot",
                           "post-app-boot", "post-deploy", "pre-proxy-reboot", "post-proxy-reboot"}) {
    kamal.add_hook(name);
  }
  kamal.run({"deploy", "--version", "v1"});
  EXPECT_THAT(kamal.story.of({"hooks/", "docker pull", "docker run --detach", "mkdir .kamal/lock",
                              "[ ! -d .kamal/lock"}),
              ElementsAre("here: .kamal/hooks/pre-connect", "here: .kamal/hooks/pre-build",
                          HasSubstr("mkdir .kamal/lock"), HasSubstr("docker pull"),
                          "here: .kamal/hooks/pre-deploy", "here: .kamal/hooks/pre-app-boot",
                          HasSubstr("docker run"), "here: .kamal/hooks/post-app-boot",
                          HasSubstr("[ ! -d .kamal/lock"), "here: .kamal/hooks/post-deploy"));
}

TEST(Hooks, ReceiveCommandAndVersion) {
  CliRun kamal("servers: [ 1.1.1.1, 1.1.1.2 ]");
  kamal.add_hook("pre-deploy");
  kamal.run(deploy);
  const auto call = kamal.processes.call(hook("pre-deploy"));
  EXPECT_EQ(call.env("KAMAL_RECORDED_AT"), "2026-01-02T03:04:05Z");
  EXPECT_EQ(call.env("KAMAL_PERFORMER"), "ann@example.com");
  EXPECT_EQ(call.env("KAMAL_VERSION"), "v1");
  EXPECT_EQ(call.env("KAMAL_SERVICE_VERSION"), "shop@v1");
  EXPECT_EQ(call.env("KAMAL_SERVICE"), "shop");
  EXPECT_EQ(call.env("KAMAL_HOSTS"), "1.1.1.1,1.1.1.2");
  EXPECT_EQ(call.env("KAMAL_COMMAND"), "deploy");
}

TEST(Hooks, ReceiveASubcommandOnlyIfThereIsOne) {
  CliRun kamal;
  kamal.add_hook("pre-app-boot");
  kamal.run({"app", "boot", "--version", "v1"});
  EXPECT_EQ(kamal.processes.call(hook("pre-app-boot")).env("KAMAL_COMMAND"), "app");
  EXPECT_EQ(kamal.processes.call(hook("pre-app-boot")).env("KAMAL_SUBCOMMAND"), "boot");
}

TEST(Hooks, OfACommandWithoutSubcommandReceiveNone) {
  CliRun kamal;
  kamal.add_hook("pre-deploy");
  kamal.run(deploy);
  EXPECT_FALSE(kamal.processes.call(hook("pre-deploy")).has_env("KAMAL_SUBCOMMAND"));
}

TEST(Hooks, ReceiveTheDestinationIfThereIsOne) {
  CliRun kamal;
  kamal.write("config/deploy.staging.yml", "{}\n");
  kamal.add_hook("pre-connect");
  kamal.run({"app", "containers", "-d", "staging"});
  EXPECT_EQ(kamal.processes.call(hook("pre-connect")).env("KAMAL_DESTINATION"), "staging");
}

TEST(Hooks, ReceiveRolesOnlyIfTheyAreSelected) {
  CliRun kamal("servers: { web: [ 1.1.1.1 ], workers: { hosts: [ 1.1.1.2 ] } }");
  kamal.add_hook("pre-connect");
  kamal.run({"app", "containers", "-r", "workers"});
  EXPECT_EQ(kamal.processes.call(hook("pre-connect")).env("KAMAL_ROLES"), "workers");
  EXPECT_EQ(kamal.processes.call(hook("pre-connect")).env("KAMAL_HOSTS"), "1.1.1.2");
}

TEST(Hooks, WithoutSelectedRolesReceiveNone) {
  CliRun kamal;
  kamal.add_hook("pre-connect");
  kamal.run({"app", "containers"});
  EXPECT_FALSE(kamal.processes.call(hook("pre-connect")).has_env("KAMAL_ROLES"));
}

TEST(Hooks, ReceiveWhetherTheLockIsHeld) {
  CliRun kamal;
  for (const char* name : {"pre-connect", "pre-deploy", "post-deploy"}) kamal.add_hook(name);
  kamal.run(deploy);
  EXPECT_EQ(kamal.processes.call(hook("pre-connect")).env("KAMAL_LOCK"), "false");
  EXPECT_EQ(kamal.processes.call(hook("pre-deploy")).env("KAMAL_LOCK"), "true");
  EXPECT_EQ(kamal.processes.call(hook("post-deploy")).env("KAMAL_LOCK"), "false");
}

TEST(Hooks, AfterADeployReceiveItsRuntimeInWholeSeconds) {
  CliRun kamal;
  kamal.add_hook("post-deploy");
  kamal.servers.before("*", "docker run --detach",
                       [&] { kamal.clock.advance(std::chrono::milliseconds(2600)); });
  kamal.run(deploy);
  EXPECT_EQ(kamal.processes.call(hook("post-deploy")).env("KAMAL_RUNTIME"), "3");
}

TEST(Hooks, BeforeADeployReceiveNoRuntime) {
  CliRun kamal;
  kamal.add_hook("pre-deploy");
  kamal.run(deploy);
  EXPECT_FALSE(kamal.processes.call(hook("pre-deploy")).has_env("KAMAL_RUNTIME"));
}

TEST(Hooks, GetSecretsBeforeConnectingAndAroundADeploy) {
  CliRun kamal;
  kamal.write(".kamal/secrets", "TOKEN=teapot\n");
  for (const char* name : {"pre-connect", "pre-deploy", "post-deploy"}) kamal.add_hook(name);
  kamal.run(deploy);
  for (const char* name : {"pre-connect", "pre-deploy", "post-deploy"}) {
    EXPECT_EQ(kamal.processes.call(hook(name)).env("TOKEN"), "teapot") << name;
  }
}

TEST(Hooks, GetNoSecretsAroundABuildOrABoot) {
  CliRun kamal;
  kamal.write(".kamal/secrets", "TOKEN=teapot\n");
  for (const char* name : {"pre-build", "pre-app-boot", "post-app-boot"}) kamal.add_hook(name);
  kamal.run({"deploy", "--version", "v1"});
  for (const char* name : {"pre-build", "pre-app-boot", "post-app-boot"}) {
    EXPECT_FALSE(kamal.processes.call(hook(name)).has_env("TOKEN")) << name;
  }
}

TEST(Hooks, RunOnceBeforeTheFirstConnection) {
  CliRun kamal;
  kamal.add_hook("pre-connect");
  kamal.run(deploy);
  EXPECT_THAT(kamal.story.of({"pre-connect"}), SizeIs(1));
  EXPECT_EQ(kamal.story.events().at(0).what, ".kamal/hooks/pre-connect");
}

TEST(Hooks, BeforeConnectingRunAlsoWhereTheSelectionHasNoServerToAsk) {
  CliRun kamal("accessories: { redis: { image: redis, host: 1.1.1.9 } }");
  kamal.add_hook("pre-connect");
  EXPECT_EQ(kamal.run({"app", "containers", "-h", "1.1.1.9"}).status, 0);
  EXPECT_THAT(kamal.asked("here"), ElementsAre(hook("pre-connect")));
  EXPECT_THAT(kamal.servers.prepared, IsEmpty());
}

TEST(Hooks, DoNotRunWhereNoServerHasARoleToAskAbout) {
  CliRun kamal("accessories: { redis: { image: redis, host: 1.1.1.9 } }");
  kamal.add_hook("pre-connect");
  EXPECT_EQ(kamal.run({"app", "details", "-h", "1.1.1.9"}).status, 0);
  EXPECT_THAT(kamal.asked("here"), IsEmpty());
  EXPECT_EQ(kamal.run({"app", "details"}).status, 0);
  EXPECT_THAT(kamal.asked("here"), Not(IsEmpty()));
}

TEST(Hooks, DoNotRunWhereNoServerIsAsked) {
  CliRun kamal;
  kamal.add_hook("pre-connect");
  const CliRun::Result result = kamal.run({"config"});
  EXPECT_EQ(result.status, 0);
  EXPECT_THAT(result.out, HasSubstr("acme/shop"));
  EXPECT_THAT(kamal.story.events(), IsEmpty());
}

TEST(Hooks, AreSkippedOnRequest) {
  CliRun kamal;
  for (const char* name : {"pre-connect", "pre-deploy", "pre-app-boot", "post-deploy"}) kamal.add_hook(name);
  EXPECT_EQ(kamal.run({"deploy", "-P", "-H", "--version", "v1"}).status, 0);
  EXPECT_THAT(kamal.story.of({"hooks/", "docker run --detach"}),
              ElementsAre(HasSubstr("docker run --detach")));
}

TEST(Hooks, AreFoundInTheirConfiguredDirectory) {
  CliRun kamal("hooks_path: deploy/hooks");
  kamal.write("deploy/hooks/pre-connect", "", 0755);
  kamal.run({"app", "containers"});
  EXPECT_THAT(kamal.asked("here"), ElementsAre("deploy/hooks/pre-connect"));
}

TEST(AFailingHook, EndsTheRunWithItsOutput) {
  CliRun kamal;
  kamal.add_hook("pre-deploy");
  kamal.processes.answer(hook("pre-deploy"), ProcessResult{3, "CI is red\n", "see the log\n", false});
  const CliRun::Result result = kamal.run(deploy);
  EXPECT_EQ(result.status, 1);
  EXPECT_THAT(result.err,
              AllOf(HasSubstr("Hook `pre-deploy` failed"), HasSubstr("CI is red"), HasSubstr("see the log")));
}

TEST(AFailingHook, ThatIsNotExecutableSaysHowToFixIt) {
  CliRun kamal;
  kamal.write(hook("pre-connect"), "#!/bin/sh\n", 0644);
  kamal.processes.answer(hook("pre-connect"), test::fails(126));
  EXPECT_THAT(kamal.run(deploy).err, HasSubstr("chmod +x .kamal/hooks/pre-connect"));
}

TEST(AFailingHook, BeforeADeployKeepsItFromHappening) {
  CliRun kamal;
  kamal.add_hook("pre-deploy");
  kamal.processes.answer(hook("pre-deploy"), test::fails(1));
  EXPECT_EQ(kamal.run(deploy).status, 1);
  EXPECT_THAT(kamal.story.of({hook("pre-deploy"), "docker run", "docker network"}),
              ElementsAre("here: " + hook("pre-deploy")));
}

TEST(AFailingHook, ReleasesTheLock) {
  CliRun kamal;
  kamal.add_hook("pre-deploy");
  kamal.processes.answer(hook("pre-deploy"), test::fails(1));
  kamal.run(deploy);
  EXPECT_THAT(kamal.asked("1.1.1.1"), Contains(StartsWith("if [ ! -d .kamal/lock-shop ]")));
}

TEST(AFailingHook, BeforeConnectingKeepsFromConnecting) {
  CliRun kamal;
  kamal.add_hook("pre-connect");
  kamal.processes.answer(hook("pre-connect"), test::fails(1));
  const CliRun::Result result = kamal.run(deploy);
  EXPECT_EQ(result.status, 1);
  EXPECT_THAT(result.err, HasSubstr("Hook `pre-connect` failed"));
  EXPECT_THAT(kamal.servers.prepared, IsEmpty());
}

TEST(AFailingHook, AfterADeployFailsTheRun) {
  CliRun kamal;
  kamal.add_hook("post-deploy");
  kamal.processes.answer(hook("post-deploy"), test::fails(1));
  const CliRun::Result result = kamal.run(deploy);
  EXPECT_EQ(result.status, 1);
  EXPECT_THAT(result.err, HasSubstr("Hook `post-deploy` failed"));
}

struct Visibility {
  const char* setting;
  std::vector<std::string> options;
  bool seen;
};

std::ostream& operator<<(std::ostream& out, const Visibility& v) {
  return out << v.setting << " with " << v.options.size() << " options";
}

class HookOutputTest : public ::testing::TestWithParam<Visibility> {};

TEST_P(HookOutputTest, IsShownAsAskedFor) {
  CliRun kamal(GetParam().setting);
  kamal.add_hook("pre-connect");
  kamal.processes.answer(hook("pre-connect"), test::says("hello from the hook\n"));
  std::vector<std::string> line = {"app", "containers"};
  line.insert(line.end(), GetParam().options.begin(), GetParam().options.end());
  const CliRun::Result result = kamal.run(line);
  EXPECT_EQ(kamal.processes.call(hook("pre-connect")).line(), hook("pre-connect"));
  EXPECT_EQ(result.out.find("hello from the hook") != std::string::npos, GetParam().seen) << result.out;
}

INSTANTIATE_TEST_SUITE_P(Settings, HookOutputTest,
                         ::testing::Values(Visibility{"", {}, false}, Visibility{"", {"-v"}, true},
                                           Visibility{"hooks_output: verbose", {}, true},
                                           Visibility{"hooks_output: verbose", {"-q"}, false},
                                           Visibility{"hooks_output: quiet", {}, false},
                                           Visibility{"hooks_output: quiet", {"-v"}, true},
                                           Visibility{"hooks_output: { pre-connect: verbose }", {}, true},
                                           Visibility{"hooks_output: { pre-deploy: verbose }", {}, false}));

TEST(HookOutput, OfAQuietHookHidesTheCommandToo) {
  CliRun kamal("hooks_output: quiet");
  kamal.add_hook("pre-connect");
  EXPECT_THAT(kamal.run({"app", "containers"}).out,
              AllOf(HasSubstr("docker container ls"), Not(HasSubstr("pre-connect"))));
  EXPECT_THAT(kamal.asked("here"), Not(IsEmpty()));
}

TEST(Hooks, ReceiveHostsThatOnlyHaveAccessories) {
  CliRun kamal("accessories: { db: { image: postgres, host: 1.1.1.5 } }");
  kamal.add_hook("pre-connect");
  EXPECT_EQ(kamal.run({"details"}).status, 0);
  EXPECT_EQ(kamal.processes.call(hook("pre-connect")).env("KAMAL_HOSTS"), "1.1.1.1,1.1.1.5");
}

TEST(Hooks, ReceiveSeveralRolesWithCommas) {
  CliRun kamal(
      "servers: { web: [ 1.1.1.1 ], workers: { hosts: [ 1.1.1.2 ] }, cron: { hosts: [ 1.1.1.3 ] } }");
  kamal.add_hook("pre-connect");
  EXPECT_EQ(kamal.run({"app", "containers", "-r", "web,workers"}).status, 0);
  EXPECT_EQ(kamal.processes.call(hook("pre-connect")).env("KAMAL_ROLES"), "web,workers");
  EXPECT_EQ(kamal.processes.call(hook("pre-connect")).env("KAMAL_HOSTS"), "1.1.1.1,1.1.1.2");
}

TEST(AFailingHook, ThatIsExecutableIsNotBlamedOnItsMode) {
  CliRun kamal;
  kamal.add_hook("pre-connect");
  kamal.processes.answer(hook("pre-connect"), test::fails(1));
  const CliRun::Result result = kamal.run(deploy);
  EXPECT_EQ(result.status, 1);
  EXPECT_THAT(result.err, AllOf(HasSubstr("Hook `pre-connect` failed"), Not(HasSubstr("chmod"))));
}

class HooksOfDeployments : public ::testing::TestWithParam<std::vector<std::string>> {};

TEST_P(HooksOfDeployments, GetSecretsAndRuntime) {
  CliRun kamal;
  kamal.servers.docker("1.1.1.1").add("shop-web-v1", false);
  kamal.write(".kamal/secrets", "TOKEN=teapot\n");
  for (const char* name : {"pre-deploy", "post-deploy"}) kamal.add_hook(name);
  kamal.servers.before("*", "docker run --detach", [&] { kamal.clock.advance(std::chrono::seconds(4)); });
  EXPECT_EQ(kamal.run(GetParam()).status, 0);
  EXPECT_THAT(kamal.story.of({"hooks/", "docker run --detach"}),
              ElementsAre("here: .kamal/hooks/pre-deploy", HasSubstr("docker run"),
                          "here: .kamal/hooks/post-deploy"));
  for (const char* name : {"pre-deploy", "post-deploy"})
    EXPECT_EQ(kamal.processes.call(hook(name)).env("TOKEN"), "teapot") << name;
  EXPECT_EQ(kamal.processes.call(hook("post-deploy")).env("KAMAL_RUNTIME"), "4");
}

INSTANTIATE_TEST_SUITE_P(Commands, HooksOfDeployments,
                         ::testing::Values(std::vector<std::string>{"deploy", "-P", "--version", "v1"},
                                           std::vector<std::string>{"redeploy", "-P", "--version", "v1"},
                                           std::vector<std::string>{"setup", "-P", "--version", "v1"},
                                           std::vector<std::string>{"rollback", "v1"}));

// Ctrl-C reaches the hook as well, and it may be gone before kamal looks.
TEST(Hooks, ThatFailInAnInterruptedRunDoNotHideTheSignal) {
  CliRun kamal;
  kamal.add_hook("pre-deploy");
  kamal.processes.answer(hook("pre-deploy"), [&](const Process&) {
    kamal.interruption.request(SIGINT);
    return test::fails(1);
  });
  EXPECT_EQ(kamal.run(deploy).status, 128 + SIGINT);
  EXPECT_THAT(kamal.changes("1.1.1.1"), Not(::testing::Contains(HasSubstr("docker run"))));
}

struct BrokenHook {
  std::string text;
  mode_t mode;
  std::string advice;
};

class HooksThatCannotRun : public ::testing::TestWithParam<BrokenHook> {};

TEST_P(HooksThatCannotRun, EndADeployBeforeItsFirstHook) {
  CliRun kamal;
  kamal.environment["PATH"] = "/usr/bin:/bin";
  kamal.add_hook("pre-connect");
  kamal.write(hook("post-deploy"), GetParam().text, GetParam().mode);
  for (const std::vector<std::string>& command :
       {std::vector<std::string>{"deploy"}, {"redeploy"}, {"setup"}, {"rollback", "v1"}}) {
    const CliRun::Result result = kamal.run(command);
    EXPECT_EQ(result.status, 1);
    EXPECT_THAT(result.err, HasSubstr("Hook `post-deploy` cannot run:\n" + GetParam().advice));
  }
  EXPECT_THAT(kamal.story.of({""}), IsEmpty());
}

INSTANTIATE_TEST_SUITE_P(
    Each, HooksThatCannotRun,
    ::testing::Values(
        BrokenHook{"#!/bin/sh\n", 0644, "It is not executable; run: chmod +x .kamal/hooks/post-deploy\n"},
        BrokenHook{"#!/bin/sh\r\ntrue\r\n", 0755,
                   "It has Windows line endings (CRLF); run: sed -i 's/\\r$//' .kamal/hooks/post-deploy\n"},
        BrokenHook{"#!/opt/none/ruby -w\n", 0755,
                   "/opt/none/ruby not found; install it, or correct the first line of "
                   ".kamal/hooks/post-deploy\n"},
        BrokenHook{"#!/usr/bin/env no-such-ruby\n", 0755, "no-such-ruby not found; install it"}));

TEST(HooksThatCannotRunYet, AreAllReported) {
  CliRun kamal;
  for (const char* name : {"pre-deploy", "post-app-boot"}) kamal.write(hook(name), "#!/bin/sh\n", 0644);
  std::filesystem::create_directories(hook("pre-build"));
  const CliRun::Result result = kamal.run({"deploy"});
  EXPECT_EQ(result.status, 1);
  EXPECT_THAT(result.err, AllOf(HasSubstr("Hook `pre-deploy` cannot run"), HasSubstr("Hook `post-app-boot`"),
                                HasSubstr(".kamal/hooks/pre-build is a directory\n")));
}

TEST(HooksThatCannotRunYet, MatterOnlyToCommandsThatRunThem) {
  CliRun kamal;
  kamal.write(hook("pre-build"), "#!/bin/sh\n", 0644);
  kamal.write(hook("pre-proxy-reboot"), "#!/bin/sh\n", 0644);
  EXPECT_EQ(kamal.run(deploy).status, 0);
  kamal.write(hook("pre-deploy"), "#!/bin/sh\n", 0644);
  EXPECT_EQ(kamal.run({"deploy", "-P", "-H", "--version", "v1"}).status, 0);
  EXPECT_EQ(kamal.run(deploy).status, 1);
}

TEST(HooksThatCanRun, NeedNoFirstLineAndMayUseEnvWithOptions) {
  for (const char* text :
       {"echo hello\n", "", "#!/usr/bin/env -S sh -e\n", "#! /bin/sh -e\n", "#!/usr/bin/env sh"}) {
    CliRun kamal;
    kamal.write(hook("pre-deploy"), text, 0755);
    EXPECT_EQ(kamal.run(deploy).status, 0) << text;
    EXPECT_THAT(kamal.asked("here"), Contains(hook("pre-deploy"))) << text;
  }
}

}  // namespace
}  // namespace kamal
