#include <gmock/gmock.h>
#include <gtest/gtest.h>

#include "unit/cli/cli_run.h"

namespace kamal {
namespace {

using test::CliRun;
using ::testing::AllOf;
using ::testing::Contains;
using ::testing::ElementsAre;
using ::testing::HasSubstr;
using ::testing::IsEmpty;
using ::testing::SizeIs;
using ::testing::StartsWith;

constexpr const char* two_servers = "servers: [ 1.1.1.1, 1.1.1.2 ]";

TEST(ProxyBoot, RefusesAProxyThatIsTooOldOnItsServerOnly) {
  CliRun kamal(two_servers);
  kamal.servers.answer("1.1.1.2", "docker inspect kamal-proxy", {0, "v0.8.0\n", ""});
  const CliRun::Result result = kamal.run({"proxy", "boot", "--version", "v1"});
  EXPECT_EQ(result.status, 1);
  EXPECT_THAT(result.err,
              AllOf(HasSubstr("v0.8.0 on 1.1.1.2"), HasSubstr("kamal proxy reboot"), HasSubstr("v0.9.2")));
  EXPECT_THAT(kamal.story.of({"docker container start"}), ElementsAre(StartsWith("1.1.1.1: ")));
}

TEST(ProxyBoot, ContinuesIfAnotherHostCannotLogInToTheRegistry) {
  CliRun kamal(two_servers);
  kamal.servers.answer("1.1.1.1", "docker login", {1, "", "unauthorized: incorrect username or password\n"});
  const CliRun::Result result = kamal.run({"proxy", "boot", "--version", "v1"});
  EXPECT_EQ(result.status, 1);
  EXPECT_THAT(result.err, HasSubstr("unauthorized"));
  EXPECT_THAT(kamal.story.of({"docker container start"}), ElementsAre(StartsWith("1.1.1.2: ")));
}

TEST(ProxyBoot, ContinuesIfAnotherHostsProxyCannotBeInspected) {
  CliRun kamal(two_servers);
  kamal.servers.answer("1.1.1.1", "docker inspect kamal-proxy", {1, "", "awk: not found\n"});
  const CliRun::Result result = kamal.run({"proxy", "boot", "--version", "v1"});
  EXPECT_EQ(result.status, 1);
  EXPECT_THAT(result.err, HasSubstr("awk: not found"));
  EXPECT_THAT(kamal.story.of({"docker container start"}), ElementsAre(StartsWith("1.1.1.2: ")));
}

TEST(ProxyBoot, ChangesNothingWhereANetworkCantBeMade) {
  CliRun kamal(two_servers);
  kamal.servers.answer("1.1.1.1", "docker network create", {1, "", "could not find an available subnet\n"});
  const CliRun::Result result = kamal.run({"proxy", "boot", "--version", "v1"});
  EXPECT_EQ(result.status, 1);
  EXPECT_THAT(result.err, HasSubstr("could not find an available subnet"));
  EXPECT_THAT(kamal.story.of({"docker login", "docker container start"}), IsEmpty());
}

TEST(ProxyBoot, FindsTheNetworkThere) {
  CliRun kamal;
  kamal.servers.answer("*", "docker network create", {1, "", "network with name kamal already exists\n"});
  EXPECT_EQ(kamal.run({"proxy", "boot", "--version", "v1"}).status, 0);
  EXPECT_THAT(kamal.asked("1.1.1.1"), Contains(StartsWith("docker container start kamal-proxy || ")));
}

TEST(ProxyBoot, FailsWhereTheNetworkCantBeMade) {
  CliRun kamal;
  kamal.servers.answer("*", "docker network create", {1, "", "could not find an available subnet\n"});
  const CliRun::Result result = kamal.run({"proxy", "boot", "--version", "v1"});
  EXPECT_EQ(result.status, 1);
  EXPECT_THAT(result.err, HasSubstr("could not find an available subnet"));
}

TEST(ProxyReboot, ReplacesTheContainer) {
  CliRun kamal;
  EXPECT_EQ(kamal.run({"proxy", "reboot", "-y", "--version", "v1"}).status, 0);
  EXPECT_THAT(kamal.story.of({"container stop", "container prune", "docker run", "docker stop"}),
              ElementsAre(HasSubstr("stop kamal-proxy"), HasSubstr("docker container prune"),
                          HasSubstr("docker run --name kamal-proxy")));
}

TEST(ProxyReboot, RunsItsHooksAroundAllServersAtOnce) {
  CliRun kamal("servers: [ 1.1.1.1, 1.1.1.2 ]");
  kamal.add_hook("pre-proxy-reboot");
  kamal.run({"proxy", "reboot", "-y", "--version", "v1"});
  EXPECT_EQ(kamal.processes.call(".kamal/hooks/pre-proxy-reboot").env("KAMAL_HOSTS"), "1.1.1.1,1.1.1.2");
}

TEST(ProxyReboot, MayGoFromServerToServer) {
  CliRun kamal("servers: [ 1.1.1.1, 1.1.1.2 ]");
  kamal.add_hook("pre-proxy-reboot");
  kamal.add_hook("post-proxy-reboot");
  kamal.run({"proxy", "reboot", "-y", "--rolling", "--version", "v1"});
  EXPECT_THAT(kamal.story.of({"hooks/", "docker run"}),
              ElementsAre(HasSubstr("pre-"), StartsWith("1.1.1.1: "), HasSubstr("post-"), HasSubstr("pre-"),
                          StartsWith("1.1.1.2: "), HasSubstr("post-")));
}

TEST(ProxyRemove, LeavesAProxyThatOtherAppsUse) {
  CliRun kamal;
  kamal.servers.answer("*", "ls .kamal/apps", {0, "2\n", ""});
  EXPECT_THAT(kamal.run({"proxy", "remove", "--version", "v1"}).out,
              HasSubstr("Not removing the proxy, as other apps are installed, ignore this check with kamal "
                        "proxy remove --force (installed on 1.1.1.1)"));
  EXPECT_THAT(kamal.story.of({"docker container", "docker image"}), IsEmpty());
}

TEST(ProxyRemove, RemovesItAnywayIfForced) {
  CliRun kamal;
  kamal.servers.answer("*", "ls .kamal/apps", {0, "2\n", ""});
  kamal.run({"proxy", "remove", "--force", "--version", "v1"});
  EXPECT_THAT(kamal.story.of({"docker image prune"}), SizeIs(1));
}

struct OnAProxy {
  const char* command;
  std::vector<std::string> changes;
};

std::ostream& operator<<(std::ostream& out, const OnAProxy& on) { return out << on.command; }

class ProxyCommands : public ::testing::TestWithParam<OnAProxy> {};

TEST_P(ProxyCommands, ChangeEveryServer) {
  CliRun kamal("servers: [ 1.1.1.1, 1.1.1.2 ]");
  EXPECT_EQ(kamal.run({"proxy", GetParam().command, "--version", "v1"}).status, 0);
  EXPECT_EQ(kamal.changes("1.1.1.1"), GetParam().changes);
  EXPECT_EQ(kamal.changes("1.1.1.2"), GetParam().changes);
}

INSTANTIATE_TEST_SUITE_P(OfTheContainer, ProxyCommands,
                         ::testing::Values(OnAProxy{"start", {"docker container start kamal-proxy"}},
                                           OnAProxy{"stop", {"docker container stop kamal-proxy"}},
                                           OnAProxy{"restart",
                                                    {"docker container stop kamal-proxy",
                                                     "docker container start kamal-proxy"}},
                                           OnAProxy{"remove_container",
                                                    {"docker container prune --force --filter "
                                                     "label=org.opencontainers.image.title=kamal-proxy"}},
                                           OnAProxy{"remove_image",
                                                    {"docker image prune --all --force --filter "
                                                     "label=org.opencontainers.image.title=kamal-proxy"}},
                                           OnAProxy{"remove_proxy_directory", {"rm -rf .kamal/proxy"}}));

TEST(ProxyStop, WhereNothingRunsIsNoFailure) {
  CliRun kamal;
  kamal.servers.answer("*", "docker container stop", {1, "", "No such container: kamal-proxy\n"});
  EXPECT_EQ(kamal.run({"proxy", "stop", "--version", "v1"}).status, 0);
  EXPECT_THAT(kamal.changes("1.1.1.1"), ElementsAre("docker container stop kamal-proxy"));
}

TEST(ProxyStop, FailsWhereTheContainerCantBeStopped) {
  for (const char* command : {"stop", "restart"}) {
    CliRun kamal;
    kamal.servers.answer("*", "docker container stop", {1, "", "cannot stop container: permission denied\n"});
    const CliRun::Result result = kamal.run({"proxy", command});
    EXPECT_EQ(result.status, 1) << command;
    EXPECT_THAT(result.err, HasSubstr("cannot stop container: permission denied"));
  }
}

TEST(ProxyDetails, ShowTheProxyOfEveryServer) {
  CliRun kamal("servers: [ 1.1.1.1, 1.1.1.2 ]");
  kamal.servers.answer("*", "docker ps --filter 'name=^kamal-proxy$'", {0, "Up 3 days\n", ""});
  EXPECT_THAT(kamal.run({"proxy", "details"}).out, AllOf(HasSubstr("Proxy Host: 1.1.1.1\nUp 3 days\n"),
                                                         HasSubstr("Proxy Host: 1.1.1.2\nUp 3 days\n")));
}

TEST(ProxyUpgrade, ReplacesTraefikAndBootsTheApp) {
  CliRun kamal;
  EXPECT_EQ(kamal.run({"proxy", "upgrade", "-y", "--version", "v1"}).status, 0);
  EXPECT_THAT(
      kamal.story.of({"container stop traefik", "docker container start kamal-proxy", "--name shop-web-v1",
                      "image prune --force"}),
      ElementsAre(StartsWith("1.1.1.1: docker container stop traefik"), HasSubstr("start kamal-proxy"),
                  HasSubstr("docker run --detach"), HasSubstr("image prune")));
}

TEST(ProxyUpgrade, WithoutAVersionBootsTheLatestImage) {
  CliRun kamal;
  kamal.run({"proxy", "upgrade", "-y"});
  EXPECT_THAT(kamal.story.of({"docker run --detach"}), ElementsAre(HasSubstr("--name shop-web-latest ")));
}

TEST(ProxyUpgrade, MayGoFromServerToServer) {
  CliRun kamal("servers: [ 1.1.1.1, 1.1.1.2 ]");
  kamal.add_hook("pre-proxy-reboot");
  kamal.add_hook("post-proxy-reboot");
  kamal.run({"proxy", "upgrade", "-y", "--rolling", "--version", "v1"});
  EXPECT_THAT(kamal.story.of({"hooks/", "container stop traefik", "docker run --detach"}),
              ElementsAre(HasSubstr("pre-"), StartsWith("1.1.1.1: docker container"),
                          StartsWith("1.1.1.1: docker run"), HasSubstr("post-"), HasSubstr("pre-"),
                          StartsWith("1.1.1.2: docker container"), StartsWith("1.1.1.2: docker run"),
                          HasSubstr("post-")));
}

TEST(ProxyUpgrade, FromServerToServerBootsTheSelectedRolesOnly) {
  CliRun kamal("readiness_delay: 0\nservers: { web: [ 1.1.1.1, 1.1.1.2 ], workers: { hosts: [ 1.1.1.1 ] } }");
  EXPECT_EQ(kamal.run({"proxy", "upgrade", "-y", "--rolling", "-r", "web", "--version", "v1"}).status, 0);
  EXPECT_THAT(kamal.story.of({"docker run --detach"}),
              ElementsAre(AllOf(StartsWith("1.1.1.1: "), HasSubstr("--name shop-web-v1 ")),
                          AllOf(StartsWith("1.1.1.2: "), HasSubstr("--name shop-web-v1 "))));
}

TEST(ProxyReboot, StartsAProxyThatDoesNotRun) {
  CliRun kamal;
  kamal.servers.answer("*", "docker container stop kamal-proxy", {1, "", "No such container: kamal-proxy\n"});
  EXPECT_EQ(kamal.run({"proxy", "reboot", "-y", "--version", "v1"}).status, 0);
  EXPECT_THAT(kamal.story.of({"docker run"}), ElementsAre(HasSubstr("docker run --name kamal-proxy")));
}

TEST(ProxyBoot, CreatesTheNetworkOnHostsWithoutAProxyToo) {
  CliRun kamal("accessories: { db: { image: postgres, host: 1.1.1.5 } }");
  EXPECT_EQ(kamal.run({"proxy", "boot"}).status, 0);
  EXPECT_THAT(kamal.asked("1.1.1.1"), Contains("docker network create kamal"));
  EXPECT_THAT(kamal.asked("1.1.1.5"), Contains("docker network create kamal"));
}

TEST(ProxyReboot, LogsInAndPreparesWhatTheProxyReads) {
  CliRun kamal;
  EXPECT_EQ(kamal.run({"proxy", "reboot", "-y", "--version", "v1"}).status, 0);
  EXPECT_THAT(kamal.story.of({"audit", "docker login", "docker container", "apps-config", "docker run"}),
              ElementsAre("1.1.1.1: audit: Rebooted proxy", HasSubstr("docker login"),
                          HasSubstr("docker container stop kamal-proxy"), HasSubstr("docker container prune"),
                          HasSubstr("mkdir -p .kamal/proxy/apps-config"), HasSubstr("docker run")));
}

TEST(ProxyReboot, OneHostAtATimePassesTheHostToHooks) {
  CliRun kamal("servers: [ 1.1.1.1, 1.1.1.2 ]");
  for (const char* command : {"reboot", "upgrade"}) {
    std::vector<std::string> told;
    for (const char* hook : {"pre-proxy-reboot", "post-proxy-reboot"}) {
      kamal.add_hook(hook);
      kamal.processes.answer(std::string(".kamal/hooks/") + hook, [&told](const Process& process) {
        told.push_back(test::FakeProcesses::Call{process}.env("KAMAL_HOSTS"));
        return ProcessResult();
      });
    }
    EXPECT_EQ(kamal.run({"proxy", command, "-y", "--rolling", "--version", "v1"}).status, 0);
    EXPECT_THAT(told, ElementsAre("1.1.1.1", "1.1.1.1", "1.1.1.2", "1.1.1.2")) << command;
  }
}

TEST(ProxyUpgrade, RemovesTheOldProxyWithItsImage) {
  CliRun kamal;
  EXPECT_EQ(kamal.run({"proxy", "upgrade", "-y", "--version", "v1"}).status, 0);
  EXPECT_THAT(kamal.story.of({"stop kamal-proxy", "title=kamal-proxy", "start kamal-proxy"}),
              ElementsAre(HasSubstr("docker container stop kamal-proxy"), HasSubstr("docker container prune"),
                          HasSubstr("docker image prune --all --force --filter "
                                    "label=org.opencontainers.image.title=kamal-proxy"),
                          HasSubstr("docker container start kamal-proxy")));
}

}  // namespace
}  // namespace kamal
