#include <gmock/gmock.h>
#include <gtest/gtest.h>

#include <algorithm>
#include <map>

#include "cli/command_table.h"
#include "kamal/support/strings.h"
#include "unit/cli/cli_run.h"

// Which hosts a command connects to: those that it asks, and no others.

namespace kamal {
namespace {

using test::CliRun;
using ::testing::Contains;
using ::testing::ElementsAre;
using ::testing::ElementsAreArray;
using ::testing::IsEmpty;

using Words = std::vector<std::string>;

constexpr const char* project =
    "servers: { web: [ 1.1.1.1, 1.1.1.2 ], jobs: { hosts: [ 1.1.1.3 ] } }\n"
    "accessories:\n"
    "  db: { image: postgres, host: 1.1.1.5, files: [ \"Dockerfile:/info\" ], directories: [ \"data:/data\" "
    "] }\n"
    "  cache: { image: redis, host: 1.1.1.6 }\n";

const Words nowhere;
const Words primary = {"1.1.1.1"};
const Words proxies = {"1.1.1.1", "1.1.1.2"};
const Words app = {"1.1.1.1", "1.1.1.2", "1.1.1.3"};
const Words db = {"1.1.1.5"};
const Words everywhere = {"1.1.1.1", "1.1.1.2", "1.1.1.3", "1.1.1.5", "1.1.1.6"};

// Those that change something make the run directory everywhere first, as the lock demands it.
const std::map<std::string, Words>& hosts_by_command() {
  static const std::map<std::string, Words> hosts = {
      {"build create", nowhere},  {"build details", nowhere},
      {"build dev", nowhere},     {"build push", nowhere},
      {"build remove", nowhere},  {"config", nowhere},
      {"secrets print", nowhere}, {"lock release", primary},
      {"lock status", primary},   {"proxy boot_config", proxies},
      {"proxy details", proxies}, {"proxy logs", proxies},
      {"app containers", app},    {"app details", app},
      {"app exec", app},          {"app images", app},
      {"app logs", app},          {"app stale_containers", app},
      {"app version", app},       {"build deliver", app},
      {"build pull", app},        {"accessory details", db},
      {"accessory exec", db},     {"accessory logs", db},
  };
  return hosts;
}

// What the command line has besides the command's name.
Words arguments_of(const std::string& command) {
  if (command == "accessory exec") return {"db", "psql"};
  if (command == "accessory upgrade") return {"all", "-y"};
  if (command == "accessory remove") return {"db", "-y"};
  if (command.starts_with("accessory ")) return {"db"};
  if (command == "rollback" || command == "app remove_container") return {"v1"};
  if (command == "app exec" || command == "server exec") return {"ls"};
  if (command == "lock acquire") return {"-m", "on holiday"};
  if (command == "proxy boot_config") return {"get"};
  if (command == "remove" || command == "upgrade" || command == "proxy reboot" || command == "proxy upgrade")
    return {"-y"};
  return {};
}

void prepare(CliRun& kamal) {
  for (const std::string& host : everywhere) {
    kamal.servers.docker(host).add("shop-web-v1");
    kamal.servers.docker(host).add("shop-jobs-v1");
  }
  kamal.servers.answer("*", "docker version", {0, "27.5.1\n", ""});  // doctor fails without it
  kamal.add_hook("pre-connect");
}

class Connections : public ::testing::TestWithParam<std::string> {};

TEST_P(Connections, AreMadeToTheHostsThatTheCommandAsks) {
  const std::string& command = GetParam();
  CliRun kamal(project);
  prepare(kamal);
  Words words = split(command, ' ');
  const Words arguments = arguments_of(command);
  words.insert(words.end(), arguments.begin(), arguments.end());
  const CliRun::Result result = kamal.run(words);
  EXPECT_EQ(result.status, command == "plan" ? 1 : 0) << result.err;  // docker's documents are missing here
  const auto known = hosts_by_command().find(command);
  EXPECT_THAT(kamal.servers.connected,
              ElementsAreArray(known == hosts_by_command().end() ? everywhere : known->second));
}

Words commands() {
  Words names;
  const auto add = [&](const cli::CommandSpec& command, const std::string& name) {
    if (std::holds_alternative<cli::ConfiguredFunction>(command.run)) names.push_back(name);
  };
  for (const cli::CommandSpec& command : cli::command_table().commands) {
    add(command, command.name);
    for (const cli::CommandSpec& sub : command.commands) add(sub, command.name + " " + sub.name);
  }
  return names;
}

INSTANTIATE_TEST_SUITE_P(Commands, Connections, ::testing::ValuesIn(commands()), [](const auto& test) {
  std::string name = test.param;
  std::replace(name.begin(), name.end(), ' ', '_');
  return name;
});

TEST(ConnectionsOfARun, AreMadeToThePrimaryHostForATerminal) {
  for (const Words& words : {Words{"app", "exec", "-i", "sh"}, Words{"app", "exec", "-i", "--reuse", "sh"},
                             Words{"server", "exec", "-i", "sh"}}) {
    CliRun kamal(project);
    prepare(kamal);
    EXPECT_EQ(kamal.run(words).status, 0);
    EXPECT_THAT(kamal.servers.connected, ElementsAre("1.1.1.1")) << join(words, " ");
  }
}

TEST(ConnectionsOfARun, AreNotMadeWhereTheRegistryIsOnlyUsedHere) {
  for (const char* command : {"setup", "login", "logout", "remove"}) {
    CliRun kamal(project);
    prepare(kamal);
    EXPECT_EQ(kamal.run({"registry", command, "--skip-remote"}).status, 0);
    EXPECT_THAT(kamal.asked("here"), Contains(::testing::HasSubstr("docker log"))) << command;
    EXPECT_THAT(kamal.servers.connected, IsEmpty()) << command;
  }
}

TEST(ConnectionsOfARun, OfABuildAreMadeToTheRemoteBuilderOnly) {
  CliRun kamal(std::string(project) + "builder: { arch: amd64, remote: ssh://1.1.1.9 }\n");
  prepare(kamal);
  EXPECT_EQ(kamal.run({"build", "create"}).status, 0);
  EXPECT_THAT(kamal.servers.connected, ElementsAre("1.1.1.9"));
}

TEST(ABuild, RunsTheHookBeforeConnectingAndReachesNoServer) {
  CliRun kamal(project);
  prepare(kamal);
  for (const std::string& host : everywhere) kamal.servers.unreachable(host);
  EXPECT_EQ(kamal.run({"build", "push"}).status, 0);
  EXPECT_EQ(kamal.story.events().at(0).what, ".kamal/hooks/pre-connect");
  EXPECT_THAT(kamal.asked("here"), Contains(::testing::StartsWith("docker buildx build")));
  EXPECT_THAT(kamal.servers.connected, IsEmpty());
}

TEST(ADeploy, ConnectsToAllHostsBeforeItBuilds) {
  CliRun kamal(project);
  kamal.processes.answer("docker buildx build", test::fails(1));
  EXPECT_EQ(kamal.run({"deploy"}).status, 1);
  EXPECT_THAT(kamal.servers.connected, ElementsAreArray(everywhere));
}

}  // namespace
}  // namespace kamal
