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
using ::testing::Not;
using ::testing::SizeIs;
using ::testing::StartsWith;
using ::testing::UnorderedElementsAre;

constexpr const char* asks_what_runs = "sh -c 'docker ps --latest";
constexpr const char* web_and_worker = "servers: { web: [ 1.1.1.1 ], workers: { hosts: [ 1.1.1.2 ] } }";

TEST(AppStart, StartsTheContainerAndTellsTheProxy) {
  CliRun kamal;
  kamal.servers.docker("1.1.1.1").add("shop-web-v1");
  EXPECT_EQ(kamal.run({"app", "start", "--version", "v1"}).status, 0);
  EXPECT_THAT(
      kamal.changes("1.1.1.1"),
      ElementsAre(
          "docker start shop-web-v1", StartsWith(asks_what_runs),
          R"(docker container ls --all --filter "name=^shop-web-v1\$" --quiet)",
          StartsWith("docker exec kamal-proxy kamal-proxy deploy shop-web \"--target=id-shop-web-v1:80\"")));
}

TEST(AppStart, OfAWorkerTellsNoProxy) {
  CliRun kamal(web_and_worker);
  kamal.run({"app", "start", "--version", "v1", "-r", "workers"});
  EXPECT_THAT(kamal.changes("1.1.1.2"), ElementsAre("docker start shop-workers-v1"));
}

TEST(AppStart, WithoutARunningContainerFails) {
  CliRun kamal;
  EXPECT_EQ(kamal.run({"app", "start", "--version", "v1"}).status, 1);
  EXPECT_THAT(kamal.story.of({"kamal-proxy deploy"}), IsEmpty());
}

TEST(AppStop, TakesTheAppFromTheProxyFirst) {
  CliRun kamal;
  kamal.servers.docker("1.1.1.1").add("shop-web-v1");
  EXPECT_EQ(kamal.run({"app", "stop", "--version", "v1"}).status, 0);
  EXPECT_THAT(
      kamal.changes("1.1.1.1"),
      ElementsAre(StartsWith(asks_what_runs),
                  R"(docker container ls --all --filter "name=^shop-web-v1\$" --quiet)",
                  "docker exec kamal-proxy kamal-proxy remove shop-web",
                  AllOf(StartsWith("sh -c 'docker ps --latest --quiet"), HasSubstr("xargs docker stop"))));
}

TEST(AppStop, WhereNothingRunsIsNoFailure) {
  CliRun kamal;
  EXPECT_EQ(kamal.run({"app", "stop", "--version", "v1"}).status, 0);
  EXPECT_THAT(kamal.story.of({"kamal-proxy remove"}), IsEmpty());
}

TEST(AppRemove, StopsAndRemovesEverything) {
  CliRun kamal;
  kamal.servers.docker("1.1.1.1").add("shop-web-v1");
  EXPECT_EQ(kamal.run({"app", "remove", "--version", "v1"}).status, 0);
  EXPECT_THAT(kamal.story.of(
                  {"docker stop", "container prune", "image prune", "rm -r .kamal/a", "rm -r .kamal/proxy"}),
              ElementsAre(HasSubstr("docker stop"), HasSubstr("docker container prune --force"),
                          HasSubstr("docker image prune --all --force"), "1.1.1.1: rm -r .kamal/apps/shop",
                          "1.1.1.1: rm -r .kamal/proxy/apps-config/shop"));
}

TEST(AppRemove, OfOneRoleKeepsWhatTheOthersShare) {
  CliRun kamal("servers: { web: [ 1.1.1.1 ], workers: { hosts: [ 1.1.1.1 ] } }");
  kamal.run({"app", "remove", "--version", "v1", "-r", "workers"});
  EXPECT_THAT(kamal.story.of({"image prune", "rm -r .kamal/apps"}), IsEmpty());
}

TEST(AppRemoveContainer, RemovesThatOfAVersion) {
  CliRun kamal;
  kamal.run({"app", "remove_container", "v3"});
  EXPECT_THAT(
      kamal.asked("1.1.1.1"),
      Contains(
          "docker container ls --all --filter 'name=^shop-web-v3$' --quiet | xargs docker container rm"));
}

TEST(AppMaintenance, TellsTheProxyOfProxiedRolesOnly) {
  CliRun kamal(web_and_worker);
  kamal.run({"app", "maintenance", "--message", "Back in 5 minutes", "--version", "v1"});
  EXPECT_THAT(kamal.story.of({"kamal-proxy"}),
              ElementsAre("1.1.1.1: docker exec kamal-proxy kamal-proxy stop shop-web --drain-timeout=30s "
                          "'--message=Back in 5 minutes'"));
}

TEST(AppLive, EndsTheMaintenance) {
  CliRun kamal(web_and_worker);
  kamal.run({"app", "live", "--version", "v1"});
  EXPECT_THAT(kamal.story.of({"kamal-proxy"}),
              ElementsAre("1.1.1.1: docker exec kamal-proxy kamal-proxy resume shop-web"));
}

TEST(AppVersion, ShowsWhatRunsOnEachHost) {
  CliRun kamal("servers: [ 1.1.1.1, 1.1.1.2 ]");
  kamal.servers.docker("1.1.1.1").add("shop-web-v1");
  kamal.servers.docker("1.1.1.2").add("shop-web-v2");
  EXPECT_THAT(kamal.run({"app", "version"}).out,
              AllOf(HasSubstr("App Host: 1.1.1.1\nv1\n"), HasSubstr("App Host: 1.1.1.2\nv2\n")));
}

TEST(AppStaleContainers, AreReported) {
  CliRun kamal;
  kamal.servers.docker("1.1.1.1").add("shop-web-v1");
  kamal.servers.docker("1.1.1.1").add("shop-web-v2");
  EXPECT_THAT(kamal.run({"app", "stale_containers"}).out,
              HasSubstr("Detected stale container for role web with version v1 (use `kamal app "
                        "stale_containers --stop` to stop)"));
  EXPECT_THAT(kamal.story.of({"docker stop", "lock-shop"}), IsEmpty());
}

TEST(AppStaleContainers, AreStoppedUnderTheLock) {
  CliRun kamal;
  kamal.servers.docker("1.1.1.1").add("shop-web-v1");
  kamal.servers.docker("1.1.1.1").add("shop-web-v2");
  kamal.run({"app", "stale_containers", "--stop", "--version", "v2"});
  EXPECT_THAT(kamal.servers.docker("1.1.1.1").running(), ElementsAre("shop-web-v2"));
  EXPECT_THAT(kamal.story.of({"lock-shop"}), SizeIs(2));
}

TEST(AppLogs, ShowTheLastHundredLines) {
  CliRun kamal;
  kamal.servers.answer("*", "docker logs", {0, "GET /up\n", ""});
  EXPECT_THAT(kamal.run({"app", "logs"}).out, HasSubstr("App Host: 1.1.1.1\nGET /up\n"));
  EXPECT_THAT(kamal.asked("1.1.1.1").back(), HasSubstr("docker logs --timestamps --tail 100 2>&1"));
}

TEST(AppLogs, ShowAllThatMatches) {
  CliRun kamal;
  kamal.run({"app", "logs", "--grep", "it's; rm", "--since", "42m"});
  EXPECT_THAT(kamal.asked("1.1.1.1").back(), AllOf(HasSubstr("docker logs --timestamps --since 42m 2>&1"),
                                                   HasSubstr("| grep -e 'it'\\''s; rm'")));
}

TEST(AppLogs, ThatMatchNothingAreNoFailure) {
  CliRun kamal;
  kamal.servers.answer("*", "docker logs", {1, "", ""});
  const CliRun::Result result = kamal.run({"app", "logs", "-g", "x"});
  EXPECT_EQ(result.status, 0);
  EXPECT_THAT(result.out, HasSubstr("Nothing found"));
}

TEST(PruneAll, RemovesContainersThenImages) {
  CliRun kamal;
  kamal.run({"prune", "all", "--version", "v1"});
  EXPECT_THAT(kamal.changes("1.1.1.1"),
              ElementsAre(HasSubstr("docker rm $container_id"), StartsWith("docker image prune"),
                          StartsWith("docker image ls")));
}

TEST(PruneContainers, KeepsAsManyAsToldTo) {
  CliRun kamal;
  kamal.run({"prune", "containers", "--retain", "2", "--version", "v1"});
  EXPECT_THAT(kamal.changes("1.1.1.1"), ElementsAre(HasSubstr("tail -n +3")));
}

TEST(PruneContainers, RefusesToKeepNone) {
  CliRun kamal;
  const CliRun::Result result = kamal.run({"prune", "containers", "--retain", "0"});
  EXPECT_EQ(result.status, 1);
  EXPECT_THAT(kamal.story.events(), IsEmpty());
}

TEST(ProxyBoot, RefusesAProxyThatIsTooOld) {
  CliRun kamal("servers: [ 1.1.1.1, 1.1.1.2 ]");
  kamal.servers.answer("1.1.1.2", "docker inspect kamal-proxy", {0, "v0.8.0\n", ""});
  const CliRun::Result result = kamal.run({"proxy", "boot", "--version", "v1"});
  EXPECT_EQ(result.status, 1);
  EXPECT_THAT(result.err,
              AllOf(HasSubstr("v0.8.0 on 1.1.1.2"), HasSubstr("kamal proxy reboot"), HasSubstr("v0.9.2")));
  EXPECT_THAT(kamal.story.of({"docker container start"}), IsEmpty());
}

TEST(ProxyBoot, FindsTheNetworkThere) {
  CliRun kamal;
  kamal.servers.answer("*", "docker network create", {1, "", "network with name kamal already exists\n"});
  EXPECT_EQ(kamal.run({"proxy", "boot", "--version", "v1"}).status, 0);
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
              HasSubstr("other apps are installed on 1.1.1.1"));
  EXPECT_THAT(kamal.story.of({"docker container", "docker image"}), IsEmpty());
}

TEST(ProxyRemove, RemovesItAllTheSameWhenForced) {
  CliRun kamal;
  kamal.servers.answer("*", "ls .kamal/apps", {0, "2\n", ""});
  kamal.run({"proxy", "remove", "--force", "--version", "v1"});
  EXPECT_THAT(kamal.story.of({"docker image prune"}), SizeIs(1));
}

TEST(ProxyBootConfig, SaysThatItIsDeprecated) {
  CliRun kamal;
  EXPECT_THAT(kamal.run({"proxy", "boot_config", "get"}).out, HasSubstr("deprecated"));
}

TEST(ProxyBootConfig, RefusesOtherWords) {
  CliRun kamal;
  const CliRun::Result result = kamal.run({"proxy", "boot_config", "put"});
  EXPECT_EQ(result.status, 1);
  EXPECT_THAT(result.err, AllOf(HasSubstr("set, get or reset"), HasSubstr("\"put\"")));
}

TEST(ProxyBootConfig, WritesWhatDiffersFromTheDefaults) {
  CliRun kamal;
  kamal.run({"proxy", "boot_config", "set", "--http_port", "8080", "--version", "v1"});
  EXPECT_THAT(kamal.servers.uploads["1.1.1.1:.kamal/proxy/options"], HasSubstr("--publish 8080:80"));
}

TEST(Remove, RemovesAppProxyAccessoriesAndLogIn) {
  CliRun kamal("accessories: { redis: { image: redis, host: 1.1.1.1 } }");
  kamal.servers.answer("*", "ls .kamal/apps", {0, "0\n", ""});
  EXPECT_EQ(kamal.run({"remove", "-y", "--version", "v1"}).status, 0);
  EXPECT_THAT(
      kamal.story.of({"rm -r .kamal/apps/shop", "rm -r .kamal/proxy", "rm -rf shop-redis", "docker logout"}),
      ElementsAre("1.1.1.1: rm -r .kamal/apps/shop", "1.1.1.1: rm -r .kamal/proxy/apps-config/shop",
                  "1.1.1.1: rm -r .kamal/proxy", "1.1.1.1: rm -rf shop-redis", "1.1.1.1: docker logout"));
}

TEST(Audit, ShowsTheLogOfEveryServer) {
  CliRun kamal("servers: [ 1.1.1.1, 1.1.1.2 ]");
  kamal.servers.answer("*", "tail -n 50 .kamal/shop-audit.log",
                       {0, "[2026-01-02T03:04:05Z] [ann] Booted\n", ""});
  EXPECT_THAT(kamal.run({"audit"}).out,
              AllOf(HasSubstr("App Host: 1.1.1.1\n[2026"), HasSubstr("App Host: 1.1.1.2\n[2026")));
}

TEST(Details, ShowProxyAppAndAccessories) {
  CliRun kamal("accessories: { redis: { image: redis, host: 1.1.1.1 } }");
  EXPECT_THAT(kamal.run({"details"}).out,
              AllOf(HasSubstr("Proxy Host: 1.1.1.1"), HasSubstr("App Host: 1.1.1.1"),
                    HasSubstr("Accessory redis Host: 1.1.1.1")));
}

TEST(ConfigCommand, PrintsTheConfigurationWithoutAskingAServer) {
  CliRun kamal;
  const CliRun::Result result = kamal.run({"config", "--version", "v1"});
  EXPECT_EQ(result.status, 0);
  EXPECT_THAT(result.out, AllOf(StartsWith("---\n"), HasSubstr(":version: v1"), Not(HasSubstr("sesame"))));
  EXPECT_THAT(kamal.story.events(), IsEmpty());
}

TEST(ConfigCommand, RefusesAnUnknownFormat) {
  CliRun kamal;
  EXPECT_THAT(kamal.run({"config", "--format", "toml"}).err, HasSubstr("yaml or json"));
}

TEST(Connections, AreMadeAsTheConfigurationSays) {
  CliRun kamal("ssh: { user: deploy, port: 2222, proxy: bastion.example.com }");
  kamal.run({"app", "containers"});
  EXPECT_EQ(kamal.settings->user, "deploy");
  EXPECT_EQ(kamal.settings->port, 2222);
  EXPECT_EQ(kamal.settings->proxy_jump, "root@bastion.example.com");
}

TEST(Connections, GetKeysFromSecrets) {
  CliRun kamal("ssh: { key_data: [ SSH_KEY ] }");
  kamal.write(".kamal/secrets", "SSH_KEY='-----BEGIN KEY-----'\n");
  kamal.run({"app", "containers"});
  EXPECT_THAT(kamal.settings->key_data, ElementsAre("-----BEGIN KEY-----"));
}

constexpr const char* with_db = R"(
accessories:
  db:
    image: postgres:17
    hosts: [ 1.1.1.5, 1.1.1.6 ]
    env: { secret: [ POSTGRES_PASSWORD ] }
    files: [ "config/init.sql:/docker-entrypoint-initdb.d/init.sql" ]
    directories: [ "data:/var/lib/postgresql/data" ]
)";

class AccessoryRecipes : public ::testing::Test {
 protected:
  AccessoryRecipes() {
    kamal_.write(".kamal/secrets", "POSTGRES_PASSWORD=teapot\n");
    kamal_.write("config/init.sql", "select 1;\n");
  }
  CliRun kamal_{with_db};
};

TEST_F(AccessoryRecipes, BootPreparesFoldersFilesAndSecrets) {
  EXPECT_EQ(kamal_.run({"accessory", "boot", "db", "--version", "v1"}).status, 0);
  EXPECT_EQ(kamal_.servers.uploads["1.1.1.6:.kamal/apps/shop/env/accessories/db.env"],
            "POSTGRES_PASSWORD=teapot\n");
  EXPECT_THAT(kamal_.story.of({"1.1.1.5: mkdir -p \"${PWD}/shop-db/data\"", "docker run"}), SizeIs(2));
  EXPECT_THAT(kamal_.asked("1.1.1.5"), Contains(StartsWith("upload shop-db/")));
}

TEST_F(AccessoryRecipes, BootSkipsHostsWhereItHasAContainer) {
  kamal_.servers.answer("1.1.1.5", "label=service=shop-db", {0, "abc\n", ""});
  EXPECT_THAT(kamal_.run({"accessory", "boot", "db", "--version", "v1"}).out,
              HasSubstr("Skipping booting `db` on 1.1.1.5, a container already exists"));
  EXPECT_THAT(kamal_.story.of({"docker run"}), ElementsAre(StartsWith("1.1.1.6: ")));
}

TEST_F(AccessoryRecipes, BootTriesAgainWhereTheContainerWasNeverStarted) {
  kamal_.servers.answer("1.1.1.5", "docker ps -a -q", {0, "abc\n", ""});
  kamal_.servers.answer("1.1.1.5", "{{.State}}", {0, "created\n", ""});
  EXPECT_THAT(kamal_.run({"accessory", "boot", "db", "--version", "v1"}).out,
              HasSubstr("`db` was never started on 1.1.1.5"));
  EXPECT_THAT(kamal_.story.of({"docker container prune", "docker run"}),
              ElementsAre(StartsWith("1.1.1.5: docker container prune"), HasSubstr("run"), HasSubstr("run")));
}

TEST_F(AccessoryRecipes, BootTellsWhereTheContainerIsThereAndDoesNotRun) {
  kamal_.servers.answer("1.1.1.5", "docker ps -a -q", {0, "abc\n", ""});
  kamal_.servers.answer("1.1.1.5", "{{.State}}", {0, "restarting\n", ""});
  EXPECT_THAT(
      kamal_.run({"accessory", "boot", "db", "--version", "v1"}).out,
      AllOf(HasSubstr("`db` does not run on 1.1.1.5 (restarting)"), HasSubstr("accessory reboot db")));
}

TEST_F(AccessoryRecipes, BootWithoutAFileNamesIt) {
  std::filesystem::remove("config/init.sql");
  const CliRun::Result result = kamal_.run({"accessory", "boot", "db", "--version", "v1"});
  EXPECT_EQ(result.status, 1);
  EXPECT_THAT(result.err, HasSubstr("config/init.sql"));
  EXPECT_THAT(kamal_.story.of({"docker run"}), IsEmpty());
}

TEST_F(AccessoryRecipes, RebootWithoutAFileStopsNothing) {
  std::filesystem::remove("config/init.sql");
  EXPECT_THAT(kamal_.run({"accessory", "reboot", "db", "--version", "v1"}).err, HasSubstr("config/init.sql"));
  EXPECT_THAT(kamal_.story.of({"docker"}), IsEmpty());
}

TEST_F(AccessoryRecipes, RebootStopsRemovesAndBoots) {
  kamal_.run({"accessory", "reboot", "db", "--version", "v1", "-h", "1.1.1.5"});
  EXPECT_THAT(
      kamal_.story.of({"docker image pull", "docker pull", "docker container stop", "docker container prune",
                       "docker run"}),
      ElementsAre(HasSubstr("pull"), HasSubstr("stop shop-db"), HasSubstr("prune"), HasSubstr("docker run")));
}

TEST_F(AccessoryRecipes, WorkOnSelectedHostsOnly) {
  kamal_.run({"accessory", "stop", "db", "--version", "v1", "-h", "1.1.1.6"});
  EXPECT_THAT(kamal_.story.of({"docker container stop"}),
              ElementsAre("1.1.1.6: docker container stop shop-db"));
}

TEST_F(AccessoryRecipes, MayBeToldForAllAccessories) {
  EXPECT_EQ(kamal_.run({"accessory", "boot", "all", "--version", "v1"}).status, 0);
  EXPECT_THAT(kamal_.story.of({"docker run"}),
              UnorderedElementsAre(StartsWith("1.1.1.5: "), StartsWith("1.1.1.6: ")));
}

TEST_F(AccessoryRecipes, RemoveAlsoRemovesTheData) {
  kamal_.run({"accessory", "remove", "db", "-y", "--version", "v1", "-h", "1.1.1.5"});
  EXPECT_THAT(kamal_.story.of({"rm -rf"}), ElementsAre("1.1.1.5: rm -rf shop-db"));
}

TEST(Secrets, ArePrinted) {
  CliRun kamal;
  kamal.write(".kamal/secrets", "A=1\nB='two words'\n");
  EXPECT_EQ(kamal.run({"secrets", "print"}).out, "A=1\nB=two words\n");
}

TEST(Secrets, AreFetchedFromAVault) {
  CliRun kamal;
  const CliRun::Result result = kamal.run({"secrets", "fetch", "--adapter", "vaultless", "A"});
  EXPECT_EQ(result.status, 1);
  EXPECT_THAT(result.err, HasSubstr("vaultless"));
}

TEST(Secrets, AreExtractedFromWhatWasFetched) {
  CliRun kamal;
  EXPECT_EQ(kamal.run({"secrets", "extract", "A", R"({"x/A":"one","B":"two"})"}).out, "one\n");
}

TEST(Secrets, OfAVaultThatWantsAnAccountMissIt) {
  CliRun kamal;
  const CliRun::Result result = kamal.run({"secrets", "fetch", "-a", "1password", "A"});
  EXPECT_EQ(result.status, 1);
  EXPECT_THAT(result.err, HasSubstr("--account"));
}

}  // namespace
}  // namespace kamal
