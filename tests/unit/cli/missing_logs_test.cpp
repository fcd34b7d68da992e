#include <gmock/gmock.h>
#include <gtest/gtest.h>

#include "unit/cli/cli_run.h"

// Logs of containers that are not there, and logs that must be told apart.
namespace kamal {
namespace {

using test::CliRun;
using ::testing::AllOf;
using ::testing::ElementsAre;
using ::testing::HasSubstr;
using ::testing::Not;
using ::testing::SizeIs;

constexpr const char* two_roles =
    "servers: { web: [ 1.1.1.1 ], workers: { hosts: [ 1.1.1.1, 1.1.1.2 ], cmd: bin/jobs } }";
constexpr const char* with_db = "accessories: { db: { image: postgres, host: 1.1.1.1 } }";
constexpr const char* inspects = "docker inspect --format '{{.Id}}";

TEST(AppLogs, OfTwoRolesOnAHostNameTheRole) {
  CliRun kamal(two_roles);
  kamal.servers.answer("1.1.1.1", "label=role=web", {0, "GET /up\n", ""});
  kamal.servers.answer("1.1.1.1", "label=role=workers", {0, "job done\n", ""});
  kamal.servers.answer("1.1.1.2", "label=role=workers", {0, "job too\n", ""});
  const auto result = kamal.run({"app", "logs"});
  EXPECT_EQ(result.status, 0);
  EXPECT_THAT(result.out, AllOf(HasSubstr("App Host: 1.1.1.1 (web)\nGET /up\n"),
                                HasSubstr("App Host: 1.1.1.1 (workers)\njob done\n"),
                                HasSubstr("App Host: 1.1.1.2\njob too\n")));
}

TEST(AppLogs, OfOneSelectedRoleNameTheHostOnly) {
  CliRun kamal(two_roles);
  kamal.servers.answer("1.1.1.1", "label=role=web", {0, "GET /up\n", ""});
  EXPECT_THAT(kamal.run({"app", "logs", "-r", "web"}).out, HasSubstr("App Host: 1.1.1.1\nGET /up\n"));
}

TEST(AppLogs, OfAContainerThatIsMissingFail) {
  CliRun kamal("servers: [ 1.1.1.1, 1.1.1.2 ]");
  kamal.servers.answer("*", "docker logs", {123, "Error: No such container: nosuch\n", ""});
  kamal.servers.answer("*", inspects, {123, "", "Error: No such object: nosuch\n"});
  const auto result = kamal.run({"app", "logs", "--container-id", "nosuch"});
  EXPECT_EQ(result.status, 1);
  EXPECT_THAT(result.err, HasSubstr("No container nosuch on 1.1.1.1, 1.1.1.2 (run `kamal app containers`"));
}

TEST(AppLogs, OfAContainerOnOneOfTheHostsSucceed) {
  CliRun kamal("servers: [ 1.1.1.1, 1.1.1.2 ]");
  kamal.servers.answer("1.1.1.1", "docker logs", {123, "Error: No such container: abc\n", ""});
  kamal.servers.answer("1.1.1.1", inspects, {123, "", "Error: No such object: abc\n"});
  kamal.servers.answer("1.1.1.2", "docker logs", {0, "GET /up\n", ""});
  const auto result = kamal.run({"app", "logs", "--container-id", "abc"});
  EXPECT_EQ(result.status, 0);
  EXPECT_THAT(result.out, AllOf(HasSubstr("App Host: 1.1.1.1\nNo container abc\n"),
                                HasSubstr("App Host: 1.1.1.2\nGET /up\n")));
}

TEST(AppLogs, OfAContainerAreShownOncePerHost) {
  CliRun kamal("servers: { web: [ 1.1.1.1 ], workers: { hosts: [ 1.1.1.1 ], cmd: bin/jobs } }");
  kamal.servers.answer("*", "docker logs", {0, "GET /up\n", ""});
  EXPECT_EQ(kamal.run({"app", "logs", "--container-id", "abc"}).status, 0);
  EXPECT_THAT(kamal.story.of({"docker logs"}), SizeIs(1));
}

TEST(AppLogs, WithoutAContainerSaySo) {
  CliRun kamal;
  kamal.servers.answer("*", "docker logs", {123, "\"docker logs\" requires exactly 1 argument\n", ""});
  kamal.servers.answer("*", inspects, {0, "", ""});
  const auto result = kamal.run({"app", "logs"});
  EXPECT_EQ(result.status, 0);
  EXPECT_THAT(result.out, AllOf(HasSubstr("Nothing found: no container of web is running"),
                                Not(HasSubstr("requires exactly"))));
}

TEST(AppLogs, ThatDockerCantReadShowItsReason) {
  CliRun kamal;
  kamal.servers.answer("*", "docker logs", {123, "configured logging driver does not support reading\n", ""});
  kamal.servers.answer("*", inspects, {0, "abc /shop-web-v1 - - running\n", ""});
  EXPECT_THAT(kamal.run({"app", "logs"}).out,
              HasSubstr("Nothing found: configured logging driver does not support reading"));
}

TEST(AccessoryLogs, WithoutAContainerSaySo) {
  CliRun kamal(with_db);
  kamal.servers.answer("*", "docker logs",
                       {1, "Error response from daemon: No such container: shop-db\n", ""});
  const auto result = kamal.run({"accessory", "logs", "db"});
  EXPECT_EQ(result.status, 1);
  EXPECT_THAT(result.err, HasSubstr("Accessory db has no container (run `kamal accessory boot db`)"));
}

TEST(AccessoryLogs, ThatDockerCantReadShowItsReason) {
  CliRun kamal(with_db);
  kamal.servers.docker("1.1.1.1").add("shop-db");
  kamal.servers.answer("*", "docker logs", {1, "driver does not support reading\n", ""});
  const auto result = kamal.run({"accessory", "logs", "db"});
  EXPECT_EQ(result.status, 1);
  EXPECT_THAT(result.err,
              AllOf(HasSubstr("driver does not support reading"), Not(HasSubstr("no container"))));
}

TEST(ProxyLogs, WithoutAContainerSaySo) {
  CliRun kamal;
  kamal.servers.answer("*", "docker logs", {1, "No such container: kamal-proxy\n", ""});
  const auto result = kamal.run({"proxy", "logs"});
  EXPECT_EQ(result.status, 1);
  EXPECT_THAT(result.err, HasSubstr("kamal-proxy has no container (run `kamal proxy boot`)"));
}

TEST(Audit, WithoutALogSaysSo) {
  CliRun kamal;
  kamal.servers.answer("*", "tail -n 50", {1, "", "tail: cannot open '.kamal/shop-audit.log'\n"});
  kamal.servers.answer("*", "test -e", {1, "", ""});
  const auto result = kamal.run({"audit"});
  EXPECT_EQ(result.status, 1);
  EXPECT_THAT(result.err, HasSubstr("No audit log on 1.1.1.1: kamal has not changed anything there yet"));
}

TEST(Audit, OfAHostWithoutALogLeavesTheOthers) {
  CliRun kamal("servers: [ 1.1.1.1, 1.1.1.2 ]");
  kamal.servers.answer("1.1.1.1", "tail -n 50", {0, "[...] Booted app version v1\n", ""});
  kamal.servers.answer("1.1.1.2", "tail -n 50", {1, "", "tail: cannot open '.kamal/shop-audit.log'\n"});
  kamal.servers.answer("1.1.1.2", "test -e", {1, "", ""});
  const auto result = kamal.run({"audit"});
  EXPECT_EQ(result.status, 0);
  EXPECT_THAT(result.out, AllOf(HasSubstr("App Host: 1.1.1.1\n[...] Booted app version v1\n"),
                                HasSubstr("App Host: 1.1.1.2\nNo audit log yet\n")));
}

TEST(Audit, ThatCantBeReadShowsWhy) {
  CliRun kamal;
  kamal.servers.answer("*", "tail -n 50", {1, "", "Permission denied\n"});
  const auto result = kamal.run({"audit"});
  EXPECT_EQ(result.status, 1);
  EXPECT_THAT(result.err, HasSubstr("Permission denied"));
}

}  // namespace
}  // namespace kamal
