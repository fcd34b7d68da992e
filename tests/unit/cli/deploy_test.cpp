#include <gmock/gmock.h>
#include <gtest/gtest.h>

#include "unit/cli/cli_run.h"

namespace kamal {
namespace {

using test::CliRun;
using ::testing::AllOf;
using ::testing::ElementsAre;
using ::testing::HasSubstr;
using ::testing::Not;
using ::testing::StartsWith;

constexpr const char* asks_what_runs = "sh -c 'docker ps --latest";

TEST(Deploy, BootsAFirstVersion) {
  CliRun kamal;
  EXPECT_EQ(kamal.run({"deploy", "-P", "--version", "v1"}).status, 0);
  EXPECT_THAT(kamal.asked("1.1.1.1"),
              ElementsAre("docker login -u robot --password-stdin", "mkdir -p .kamal",
                          StartsWith("trap '' TERM; if mkdir .kamal/lock-shop"),
                          "audit: Pulled image with version v1", "docker image rm --force acme/shop:v1",
                          "docker pull acme/shop:v1",
                          StartsWith("docker inspect -f '{{ .Config.Labels.service }}' acme/shop:v1"),
                          StartsWith("missing=0; "), "upload .kamal/apps/shop/env/roles/web.env 0600",
                          "docker network create kamal", StartsWith("docker inspect kamal-proxy"),
                          StartsWith("umask 022 && mkdir -p .kamal/proxy/apps-config"),
                          StartsWith("docker container start kamal-proxy || "),
                          StartsWith("docker ps --filter label=service=shop"), StartsWith(asks_what_runs),
                          "docker container ls --all --filter 'name=^shop-web-v1$' --quiet",
                          StartsWith(asks_what_runs), "audit: [web] Booted app version v1",
                          StartsWith("rm -f .kamal/apps/shop/env/roles/web.env.before-01234567 "),
                          StartsWith("docker run --detach --restart unless-stopped --name shop-web-v1 "),
                          "docker container ls --all --filter 'name=^shop-web-v1$' --quiet",
                          StartsWith("docker exec kamal-proxy kamal-proxy deploy shop-web "
                                     "\"--target=id-shop-web-v1:80\""),
                          "docker tag acme/shop:v1 acme/shop:latest",
                          "audit: Tagging acme/shop:v1 as the latest image", "audit: Pruned containers",
                          StartsWith("docker ps -q -a --filter label=service=shop"), "audit: Pruned images",
                          StartsWith("docker image prune --force"), StartsWith("docker image ls"),
                          StartsWith("if [ ! -d .kamal/lock-shop ]")));
}

TEST(Deploy, StopsTheOldVersionWhenTheNewOneServes) {
  CliRun kamal;
  kamal.servers.docker("1.1.1.1").add("shop-web-v1");
  EXPECT_EQ(kamal.run({"deploy", "-P", "--version", "v2"}).status, 0);
  EXPECT_THAT(kamal.story.of({"docker run --detach", "kamal-proxy deploy", "docker stop", "docker tag"}),
              ElementsAre(StartsWith("1.1.1.1: docker run --detach"),
                          HasSubstr("deploy shop-web \"--target=id-shop-web-v2:80\""),
                          "1.1.1.1: docker container ls --all --filter 'name=^shop-web-v1$' --quiet | xargs "
                          "docker stop",
                          "1.1.1.1: docker tag acme/shop:v2 acme/shop:latest"));
  EXPECT_THAT(kamal.servers.docker("1.1.1.1").running(), ElementsAre("shop-web-v2"));
}

TEST(Deploy, StopsStaleContainersFirst) {
  CliRun kamal;
  kamal.servers.docker("1.1.1.1").add("shop-web-v0");
  kamal.servers.docker("1.1.1.1").add("shop-web-v1");
  EXPECT_THAT(kamal.run({"deploy", "-P", "--version", "v2"}).out,
              HasSubstr("Stopping stale container for role web with version v0"));
  EXPECT_THAT(kamal.story.of({"docker stop"}),
              ElementsAre(HasSubstr("shop-web-v0"), HasSubstr("shop-web-v1")));
}

TEST(Deploy, BuildsAndPushesWithoutSkipPush) {
  CliRun kamal;
  EXPECT_EQ(kamal.run({"deploy", "--version", "v1"}).status, 0);
  EXPECT_THAT(kamal.story.of({"docker buildx build", "docker pull"}),
              ElementsAre(AllOf(StartsWith("here: docker buildx build --output=type=registry"),
                                HasSubstr("-t acme/shop:v1 -t acme/shop:latest")),
                          "1.1.1.1: docker pull acme/shop:v1"));
}

TEST(Deploy, PullsUnderTheLockAndReleasesItIfThatFails) {
  for (const char* command : {"deploy", "redeploy", "setup"}) {
    CliRun kamal;
    kamal.servers.answer("*", "docker pull", {1, "", "manifest unknown\n"});
    const CliRun::Result result = kamal.run({command, "-P", "--version", "v1"});
    EXPECT_EQ(result.status, 1);
    EXPECT_THAT(result.err, HasSubstr("manifest unknown"));
    EXPECT_THAT(kamal.story.of({"lock-shop", "docker image rm", "docker pull", "docker run"}),
                ElementsAre(HasSubstr("if mkdir .kamal/lock-shop"), HasSubstr("docker image rm"),
                            HasSubstr("docker pull"), HasSubstr("if [ ! -d .kamal/lock-shop ]")))
        << command;
  }
}

TEST(Deploy, WhileAnotherRunHoldsTheLockLeavesItsImageAlone) {
  CliRun kamal;
  kamal.servers.answer("*", "if mkdir .kamal/lock-shop", {75, "", ""});
  const CliRun::Result result = kamal.run({"deploy", "-P", "--version", "v1"});
  EXPECT_EQ(result.status, 1);
  EXPECT_THAT(result.err, HasSubstr("Deploy lock found"));
  EXPECT_THAT(kamal.story.of({"docker image rm", "docker pull"}), ElementsAre());
}

TEST(Deploy, PullsOnAllServersBeforeItBootsOnOne) {
  CliRun kamal("servers: [ 1.1.1.1, 1.1.1.2 ]");
  kamal.servers.answer("1.1.1.2", "docker pull", {1, "", "no space left on device\n"});
  const CliRun::Result result = kamal.run({"deploy", "-P", "--version", "v1"});
  EXPECT_EQ(result.status, 1);
  EXPECT_THAT(result.err, HasSubstr("no space left on device"));
  EXPECT_THAT(kamal.story.of({"docker run"}), ElementsAre());
}

TEST(Deploy, LogsInOnceOnAServer) {
  CliRun kamal;
  kamal.run({"deploy", "-P", "--version", "v1"});
  EXPECT_THAT(kamal.story.of({"docker login"}),
              ElementsAre("1.1.1.1: docker login -u robot --password-stdin"));
  EXPECT_EQ(kamal.servers.inputs["1.1.1.1:docker login -u robot --password-stdin"], "sesame");
}

TEST(Deploy, NeverHasThePasswordInACommandOrItsOutput) {
  CliRun kamal;
  const CliRun::Result result = kamal.run({"deploy", "-v", "--version", "v1"});
  EXPECT_EQ(result.status, 0);
  EXPECT_EQ(kamal.servers.inputs["1.1.1.1:docker login -u robot --password-stdin"], "sesame");
  EXPECT_THAT(kamal.story.of({"sesame"}), ElementsAre());
  EXPECT_THAT(result.out + result.err, AllOf(HasSubstr("docker login"), Not(HasSubstr("sesame"))));
}

TEST(Deploy, AsksAServerInFewRoundTrips) {
  CliRun kamal;
  kamal.servers.docker("1.1.1.1").add("shop-web-v1");
  EXPECT_EQ(kamal.run({"deploy", "-P", "--version", "v2"}).status, 0);
  EXPECT_THAT(kamal.servers.docker("1.1.1.1").running(), ElementsAre("shop-web-v2"));
  // Login; lock; pull; proxy, twice; stale; what runs; boot; tag; prune; unlock.
  EXPECT_LE(kamal.servers.round_trips["1.1.1.1"], 11);
}

TEST(Deploy, StartsConnectionsToAllServersAtOnce) {
  CliRun kamal("servers: [ 1.1.1.1, 1.1.1.2 ]");
  kamal.run({"deploy", "-P", "--version", "v1"});
  EXPECT_THAT(kamal.servers.prepared, ElementsAre("1.1.1.1", "1.1.1.2"));
}

TEST(Deploy, TakesTheRevisionForItsVersion) {
  CliRun kamal;
  kamal.run({"deploy", "-P"});
  EXPECT_THAT(kamal.story.of({"docker tag"}),
              ElementsAre("1.1.1.1: docker tag acme/shop:" + std::string(40, 'a') + " acme/shop:latest"));
}

TEST(Deploy, TakesItsVersionFromTheEnvironment) {
  CliRun kamal;
  kamal.environment["VERSION"] = "v7";
  kamal.run({"deploy", "-P"});
  EXPECT_THAT(kamal.story.of({"docker tag"}),
              ElementsAre("1.1.1.1: docker tag acme/shop:v7 acme/shop:latest"));
}

TEST(Deploy, MarksAVersionBuiltFromUncommittedChanges) {
  CliRun kamal("builder: { arch: amd64, context: . }");
  kamal.processes.answer("git status --porcelain", test::says(" M app.rb\n"));
  kamal.run({"deploy", "-P"});
  EXPECT_THAT(kamal.story.of({"docker tag"}),
              ElementsAre(HasSubstr(std::string(40, 'a') + "_uncommitted_0123456789abcdef ")));
}

TEST(Deploy, WithoutAnyVersionSaysWhereOneCanComeFrom) {
  CliRun kamal;
  kamal.processes.answer("git rev-parse", test::fails(128));
  const CliRun::Result result = kamal.run({"deploy", "-P"});
  EXPECT_EQ(result.status, 1);
  EXPECT_THAT(result.err, AllOf(HasSubstr("git repository"), HasSubstr("--version")));
  EXPECT_THAT(kamal.asked("1.1.1.1"), ElementsAre());
}

TEST(Deploy, WithoutGitSaysThatItIsMissing) {
  CliRun kamal;
  kamal.processes.answer("git ", test::fails(127));
  const CliRun::Result result = kamal.run({"deploy"});
  EXPECT_EQ(result.status, 1);
  EXPECT_THAT(result.err, AllOf(HasSubstr("git is not installed"), HasSubstr("--version")));
  EXPECT_THAT(kamal.asked("1.1.1.1"), ElementsAre());
}

TEST(Deploy, WithASecretThatIsTooLongForDockerNeitherBuildsNorLocks) {
  CliRun kamal("servers: { web: { hosts: [ 1.1.1.1, 1.1.1.2 ], env: { secret: [ A, B, C ] } } }");
  kamal.write(".kamal/secrets", "A=" + std::string(65533, 'a') + "\nB=" + std::string(65534, 'b') +
                                    "\nC=" + std::string(70000, 'c') + "\n");
  for (const char* command : {"deploy", "redeploy", "setup"}) {
    const CliRun::Result result = kamal.run({command, "--version", "v1"});
    EXPECT_EQ(result.status, 1) << command;
    EXPECT_THAT(result.err, AllOf(HasSubstr("servers/web/env/secret: secret B has 65536 bytes with its name, "
                                            "but Docker reads at most 65535"),
                                  HasSubstr("secret C has 70002 bytes"), Not(HasSubstr("secret A"))));
  }
  EXPECT_THAT(kamal.story.of({"docker", "mkdir"}), ::testing::IsEmpty());
}

TEST(Deploy, WithoutACommitSaysSoBeforeItBuilds) {
  CliRun kamal;
  kamal.processes.answer("git rev-parse HEAD", {128, "HEAD\n", "fatal: ambiguous argument 'HEAD'\n"});
  const CliRun::Result result = kamal.run({"deploy"});
  EXPECT_EQ(result.status, 1);
  EXPECT_THAT(result.err, AllOf(HasSubstr("git has no commits yet"), HasSubstr("--version")));
  EXPECT_THAT(kamal.asked("1.1.1.1"), ElementsAre());
  EXPECT_THAT(kamal.story.of({"docker"}),
              ElementsAre(HasSubstr("docker --version"), HasSubstr("docker buildx version")));
}

TEST(Deploy, WithoutASecretOfTheAppNeitherBuildsNorLocks) {
  CliRun kamal("env: { secret: [ TOKEN ] }");
  kamal.write(".kamal/secrets", "OTHER=x\n");
  for (const char* command : {"deploy", "redeploy", "setup"}) {
    const CliRun::Result result = kamal.run({command, "--version", "v1"});
    EXPECT_EQ(result.status, 1) << command;
    EXPECT_THAT(result.err, HasSubstr("env/secret: secret TOKEN not found in .kamal/secrets")) << command;
  }
  EXPECT_THAT(kamal.story.of({"docker", "mkdir"}), ::testing::IsEmpty());
}

TEST(Deploy, ReportsItsDuration) {
  CliRun kamal;
  kamal.servers.before("1.1.1.1", "docker run --detach",
                       [&] { kamal.clock.advance(std::chrono::milliseconds(2549)); });
  EXPECT_THAT(kamal.run({"deploy", "-P", "--version", "v1"}).out,
              HasSubstr("  Finished all in 2.5 seconds\n"));
}

TEST(Deploy, ReportsItsDurationOnFailure) {
  CliRun kamal;
  kamal.servers.answer("*", "docker pull", {1, "", ""});
  EXPECT_THAT(kamal.run({"deploy", "-P", "--version", "v1"}).out,
              HasSubstr("  Finished all in 0.0 seconds\n"));
}

TEST(Deploy, OfSomeHostsLeavesTheOthersAlone) {
  CliRun kamal("servers: [ 1.1.1.1, 1.1.1.2, 1.1.1.3 ]");
  EXPECT_EQ(kamal.run({"deploy", "-P", "--version", "v1", "-h", "1.1.1.[23]"}).status, 0);
  EXPECT_THAT(kamal.changes("1.1.1.1"), ElementsAre());
  EXPECT_THAT(kamal.story.of({"docker tag"}), ::testing::SizeIs(2));
}

TEST(Redeploy, NeitherTouchesTheProxyNorPrunes) {
  CliRun kamal;
  kamal.servers.docker("1.1.1.1").add("shop-web-v1");
  EXPECT_EQ(kamal.run({"redeploy", "-P", "--version", "v2"}).status, 0);
  EXPECT_THAT(kamal.story.of({"kamal-proxy ||", "network", "prune", "rmi", "docker run", "docker stop"}),
              ElementsAre(StartsWith("1.1.1.1: docker run --detach"),
                          HasSubstr("shop-web-v1$' --quiet | xargs docker stop")));
}

TEST(Setup, PreparesServersAndBootsAccessories) {
  CliRun kamal("accessories: { redis: { image: redis, host: 1.1.1.1 } }");
  EXPECT_EQ(kamal.run({"setup", "-P", "--version", "v1"}).status, 0);
  EXPECT_THAT(
      kamal.story.of({"mkdir .kamal/lock", "docker -v", "docker pull", "container start kamal-proxy",
                      "docker run --name", "docker run --detach", "docker tag", "[ ! -d .kamal/lock"}),
      ElementsAre(HasSubstr("mkdir .kamal/lock-shop"), "1.1.1.1: docker -v",
                  HasSubstr("docker pull acme/shop:v1"), HasSubstr("docker container start kamal-proxy"),
                  HasSubstr("--name shop-redis "), HasSubstr("--name shop-web-v1 "), HasSubstr("docker tag"),
                  HasSubstr("[ ! -d .kamal/lock-shop ]")));
}

TEST(Setup, InstallsDockerWhereItIsMissing) {
  CliRun kamal;
  kamal.servers.answer("*", "docker -v", {127, "", "docker: not found\n"});
  kamal.run({"setup", "-P", "--version", "v1"});
  EXPECT_THAT(
      kamal.story.of({"docker -v", "get.docker.com", "docker pull"}),
      ElementsAre("1.1.1.1: docker -v", HasSubstr("https://get.docker.com"), HasSubstr("docker pull")));
}

TEST(Setup, NamesEveryServerWhereDockerIsMissingAndMayNotBeInstalled) {
  CliRun kamal("servers: [ 1.1.1.1, 1.1.1.2, 1.1.1.3 ]");
  for (const char* host : {"1.1.1.1", "1.1.1.3"}) {
    kamal.servers.answer(host, "docker -v", {127, "", ""});
    kamal.servers.answer(host, "sudo -nl usermod", {1, "", ""});
  }
  const CliRun::Result result = kamal.run({"setup", "-P", "--version", "v1"});
  EXPECT_EQ(result.status, 1);
  const std::string cause = result.err.substr(0, result.err.find('\n'));
  EXPECT_THAT(cause, AllOf(HasSubstr("1.1.1.1"), HasSubstr("1.1.1.3"), Not(HasSubstr("1.1.1.2"))));
  EXPECT_THAT(kamal.story.of({"docker pull"}), ElementsAre());
}

TEST(Deploy, PrefersTheVersionOfItsOptionToThatOfTheEnvironment) {
  CliRun kamal;
  kamal.environment["VERSION"] = "v7";
  EXPECT_EQ(kamal.run({"deploy", "-P", "--version", "v8"}).status, 0);
  EXPECT_THAT(kamal.story.of({"docker tag"}),
              ElementsAre("1.1.1.1: docker tag acme/shop:v8 acme/shop:latest"));
}

TEST(Deploy, TakesTheRevisionDespiteUncommittedChangesIfItBuildsFromAClone) {
  CliRun kamal;
  kamal.processes.answer("git status --porcelain", test::says(" M app.rb\n"));
  EXPECT_EQ(kamal.run({"deploy", "-P"}).status, 0);
  EXPECT_THAT(kamal.story.of({"docker tag"}),
              ElementsAre("1.1.1.1: docker tag acme/shop:" + std::string(40, 'a') + " acme/shop:latest"));
}

TEST(Setup, ReconnectsAfterItInstalledDocker) {
  CliRun kamal("ssh: { user: deploy }");
  kamal.servers.answer("*", "docker -v", {127, "", "docker: not found\n"});
  kamal.servers.answer("*", "[ \"${EUID:-$(id -u)}\" -eq 0 ]", {1, "", ""});
  kamal.servers.answer("*", "sudo -nl usermod", {0, "", ""});
  kamal.servers.answer("*", "grep -qw docker", {1, "", ""});
  EXPECT_EQ(kamal.run({"server", "bootstrap"}).status, 0);
  EXPECT_THAT(
      kamal.story.of({"get.docker.com", "sudo -n usermod -aG docker", "reconnect"}),
      ElementsAre(HasSubstr("get.docker.com"), HasSubstr("usermod -aG docker"), "1.1.1.1: reconnect"));
}

TEST(Setup, AddsNeitherRootNorAMemberToTheDockerGroup) {
  for (const bool root : {true, false}) {
    CliRun kamal;
    kamal.servers.answer("*", "docker -v", {127, "", "docker: not found\n"});
    kamal.servers.answer("*", "[ \"${EUID:-$(id -u)}\" -eq 0 ]", {root ? 0 : 1, "", ""});
    kamal.servers.answer("*", "sudo -nl usermod", {0, "", ""});
    kamal.servers.answer("*", "grep -qw docker", {root ? 1 : 0, "", ""});
    EXPECT_EQ(kamal.run({"server", "bootstrap"}).status, 0);
    EXPECT_THAT(kamal.story.of({"get.docker.com", "usermod -aG"}), ElementsAre(HasSubstr("get.docker.com")))
        << root;
  }
}

TEST(Setup, LogsInToEachRegistryOnce) {
  CliRun kamal(
      "accessories:\n"
      "  db: { image: pg, host: 1.1.1.1, registry: { server: r.test, username: ann, password: secret } }\n"
      "  cache: { image: redis, host: 1.1.1.1 }\n");
  EXPECT_EQ(kamal.run({"setup", "-P", "--version", "v1"}).status, 0);
  EXPECT_THAT(
      kamal.story.of({"docker login", "--name shop-cache"}),
      ElementsAre("1.1.1.1: docker login -u robot --password-stdin",
                  "1.1.1.1: docker login r.test -u ann --password-stdin", HasSubstr("--name shop-cache")));
}

}  // namespace
}  // namespace kamal
