#include <gmock/gmock.h>
#include <gtest/gtest.h>

#include <nlohmann/json.hpp>

#include "kamal/support/files.h"
#include "support/json_schema.h"
#include "unit/cli/cli_run.h"

namespace kamal {
namespace {

using nlohmann::json;
using test::CliRun;
using ::testing::AllOf;
using ::testing::ElementsAre;
using ::testing::HasSubstr;
using ::testing::IsEmpty;
using ::testing::Not;
using ::testing::StartsWith;

constexpr const char* planned_fleet = R"(
servers: { web: { hosts: [ 1.1.1.1 ] }, job: { hosts: [ 1.1.1.1 ], cmd: work } }
env: { clear: { COLOR: mauve }, secret: [ TOKEN ] }
accessories: { db: { image: "postgres:17", host: 1.1.1.1, options: { memory: 1m } } }
)";

ProcessResult ended(int status, const std::string& out) {
  ProcessResult result;
  result.status = status;
  result.out = out;
  return result;
}

// Version v1 runs everywhere, as deploy.yml says.
struct Plan : ::testing::Test {
  Plan() {
    kamal.write(".kamal/secrets", "TOKEN=topaz\n");
    add_app("web", nullptr);
    add_app("job", {"work"});
    json& db = add("shop-db", "postgres:17", {"KAMAL_HOST=1.1.1.1"});
    db["Config"]["Labels"] = {{"service", "shop-db"}};
    db["HostConfig"]["Memory"] = 1048576;
    add("kamal-proxy", "basecamp/kamal-proxy:v0.9.2", {});
    kamal.servers.docker("1.1.1.1").point("shop-web", "shop-web-v1");
    kamal.servers.answer("*", "if [ -d .kamal/lock-shop ]", {74, "", ""});
    kamal.servers.answer("1.1.1.1", "kamal-proxy.state", {0, proxy_state, ""});
  }

  json& add(const std::string& name, const std::string& image, std::vector<std::string> env) {
    kamal.servers.docker("1.1.1.1").add(name);
    kamal.servers.docker("1.1.1.1").at(name).image = image;
    json& container = containers[name];
    container = {
        {"Id", "id-" + name},
        {"Name", "/" + name},
        {"State", {{"Status", "running"}}},
        {"Config", {{"Image", image}, {"Env", std::move(env)}}},
        {"HostConfig", json::parse(R"({"NetworkMode": "kamal", "RestartPolicy": {"Name": "unless-stopped"},
                                                "LogConfig": {"Config": {"max-size": "10m"}}})")}};
    return container;
  }
  void add_app(const std::string& role, const json& cmd) {
    const std::string name = "shop-" + role + "-v1";
    json& config = add(name, "acme/shop:v1",
                       {"KAMAL_CONTAINER_NAME=" + name, "KAMAL_VERSION=v1", "KAMAL_HOST=1.1.1.1",
                        "COLOR=mauve", "TOKEN=topaz"})["Config"];
    config["Cmd"] = cmd;
    config["Labels"] = {{"service", "shop"}, {"role", role}, {"destination", ""}};
  }
  void describe() {
    std::string lines;
    for (const auto& [name, container] : containers) lines += container.dump() + "\n";
    for (const auto& [name, container] : containers)
      lines += json{{"Id", "sha256:" + name}, {"Config", json::object()}}.dump() + "\n";
    kamal.servers.answer("1.1.1.1", "{{json .}}", {0, lines + image_names, ""});
  }
  CliRun::Result run(std::vector<std::string> arguments) {
    describe();
    arguments.insert(arguments.begin(), "plan");
    CliRun::Result result = kamal.run(arguments);
    for (const char* value : {"topaz", "mauve"}) EXPECT_THAT(result.out + result.err, Not(HasSubstr(value)));
    return result;
  }

  static constexpr const char* proxy_state = R"([{"name": "shop-web", "active_targets": ["x:80"],
    "options": {"hosts": [""], "path_prefixes": ["/"], "tls_enabled": false, "tls_redirect": true, "strip_prefix": true},
    "target_options": {"health_check_config": {"path": "/up", "interval": 1000000000, "timeout": 5000000000},
      "response_timeout": 30000000000, "buffer_requests": true, "buffer_responses": true,
      "max_memory_buffer_size": 1048576, "max_request_body_size": 0, "max_response_body_size": 0,
      "log_request_headers": ["Cache-Control", "Last-Modified", "User-Agent"], "forward_headers": true}}])";
  CliRun kamal{planned_fleet};
  std::map<std::string, json> containers;
  std::string image_names;
};

TEST_F(Plan, SaysThatNothingChanges) {
  const CliRun::Result result = run({"--version", "v1"});
  EXPECT_EQ(result.status, 0) << result.out << result.err;
  EXPECT_EQ(result.out,
            "shop on 1 host\n"
            "Nothing would change: the same version, image, env, cmd, options and proxy settings.\n"
            "`kamal deploy` replaces the containers and runs the hooks nevertheless.\n"
            "\n"
            "Version v1, as now\n"
            "Build and push image acme/shop:v1\n"
            "  web on 1.1.1.1: replace the container, v1 again\n"
            "  job on 1.1.1.1: replace the container, v1 again\n"
            "  db on 1.1.1.1: keep\n"
            "  kamal-proxy on 1.1.1.1: keep v0.9.2\n"
            "  Deploy lock free\n");
}

TEST_F(Plan, AsksOnceAndChangesNothing) {
  EXPECT_EQ(run({"--version", "v1"}).status, 0);
  EXPECT_EQ(kamal.servers.round_trips.at("1.1.1.1"), 1);
  EXPECT_THAT(kamal.changes("1.1.1.1"), Not(IsEmpty()));
  EXPECT_THAT(kamal.story.of({"audit", "mkdir", "upload", "docker start", "docker stop", "docker pull"}),
              IsEmpty());
  for (const std::string& command : kamal.asked("1.1.1.1")) {
    EXPECT_THAT(command, ::testing::AnyOf(StartsWith("timeout "), StartsWith("printf "),
                                          StartsWith("if [ -d .kamal/lock"), StartsWith("cat .kamal/lock"),
                                          "ls .kamal/apps"));
  }
}

TEST_F(Plan, KeepsWhatDockerSaysOfEnvToItself) {
  const CliRun::Result result = run({"--version", "v1", "-v", "--report", "plan.json"});
  EXPECT_EQ(result.status, 0) << result.err;
  EXPECT_THAT(result.out, HasSubstr("docker inspect"));
  EXPECT_THAT(read_file("plan.json"),
              AllOf(HasSubstr("docker inspect"), Not(HasSubstr("topaz")), Not(HasSubstr("mauve"))));
}

TEST_F(Plan, TellsWhatDiffers) {
  json& web = containers["shop-web-v1"]["Config"];
  web["Env"] = {"KAMAL_CONTAINER_NAME=shop-web-v1",
                "KAMAL_VERSION=v1",
                "KAMAL_HOST=1.1.1.1",
                "COLOR=red",
                "TOKEN=opal",
                "OLD=1"};
  containers["shop-job-v1"]["Config"]["Cmd"] = {"rest"};
  containers["shop-db"]["HostConfig"]["Memory"] = 0;
  const CliRun::Result result = run({"--version", "v2"});
  EXPECT_EQ(result.status, 2) << result.err;
  EXPECT_THAT(
      result.out,
      AllOf(
          HasSubstr("After `kamal deploy`, something would differ, or needs your attention:\n"),
          HasSubstr("Version v1 -> v2\n"),
          HasSubstr(
              "  web on 1.1.1.1: replace v1 by v2\n    ~ env COLOR\n    ~ env TOKEN\n    - env OLD\n  job "),
          HasSubstr("  job on 1.1.1.1: replace v1 by v2\n    ~ cmd: rest -> work\n"),
          HasSubstr("  db on 1.1.1.1: differs from deploy.yml; needs `kamal accessory reboot db`\n"
                    "    + option memory: 1048576\n"),
          Not(HasSubstr("opal"))));
}

TEST_F(Plan, CountsCommitsThatGitKnows) {
  const std::string old(40, 'b');
  kamal.processes.answer("git log --format=%s " + old + ".." + std::string(40, 'a'),
                         ended(0, "Six\nFive\nFour\nThree\nTwo\nOne\n"));
  containers.clear();
  kamal.servers.docker("1.1.1.1").add("shop-web-" + old);
  kamal.servers.docker("1.1.1.1").point("shop-web", "shop-web-" + old);
  EXPECT_THAT(
      run({"-r", "web"}).out,
      HasSubstr(
          "Version bbbbbbb on 1.1.1.1, v1 on 1.1.1.1 -> aaaaaaa\n6 commits:\n    Six\n    Five\n    Four\n"
          "    Three\n    Two\n    and 1 more\n"));
}

TEST_F(Plan, SaysWhichContainersStart) {
  kamal.servers.docker("1.1.1.1").at("shop-job-v1").running = false;
  kamal.servers.docker("1.1.1.1").at("kamal-proxy").running = false;
  const CliRun::Result result = run({"--version", "v1"});
  EXPECT_EQ(result.status, 2);
  EXPECT_THAT(result.out,
              AllOf(HasSubstr("job on 1.1.1.1: start a container of v1\n"),
                    HasSubstr("kamal-proxy on 1.1.1.1: start a container (exited with status 0)\n")));
}

TEST_F(Plan, NamesHooksAndPruning) {
  kamal.add_hook("pre-build");
  kamal.add_hook("post-deploy");
  kamal.write("config/deploy.yml", read_file("config/deploy.yml") + "retain_containers: 1\n");
  json old = containers["shop-web-v1"];
  old["Id"] = "id-old";
  old["Name"] = "/shop-web-v0";
  old["State"]["Status"] = "exited";
  old["Config"]["Image"] = "acme/shop:v0";
  containers["zz-old"] = old;
  image_names = "acme/shop:latest\nacme/shop:v1\nacme/shop:v0\n";
  const std::string text = run({"--version", "v2"}).out;
  EXPECT_THAT(text, AllOf(HasSubstr("  Hooks: pre-build, post-deploy\n"),
                          HasSubstr("  Prune on 1.1.1.1: 2 old containers, 1 unused image\n")));
  EXPECT_THAT(run({"--version", "v2", "-P"}).out,
              AllOf(HasSubstr("Pull image acme/shop:v2\n"), HasSubstr("  Hooks: post-deploy\n")));
}

TEST_F(Plan, SaysWhatItCouldNotFindOut) {
  kamal.write(".kamal/secrets", "");
  kamal.processes.answer("git rev-parse", ended(128, ""));
  const CliRun::Result result = run({});
  EXPECT_EQ(result.status, 1);
  EXPECT_THAT(result.out,
              AllOf(HasSubstr("Not everything could be compared"), HasSubstr("Version v1 -> unknown\n"),
                    HasSubstr("\n! No version: not a git repository"),
                    HasSubstr("\n! secrets were not compared: "), HasSubstr("TOKEN")));
}

TEST_F(Plan, SaysOnceThatDockerIsNotThere) {
  describe();
  kamal.servers.answer("1.1.1.1", "docker", {127, "", "sh: 1: docker: not found\n"});
  const CliRun::Result result = kamal.run({"plan", "--version", "v1"});
  EXPECT_EQ(result.status, 1);
  EXPECT_THAT(
      result.out,
      AllOf(HasSubstr("  web on 1.1.1.1: unknown\n"),
            ::testing::EndsWith("Deploy lock free\n! 1.1.1.1: docker ps: sh: 1: docker: not found\n")));
}

TEST_F(Plan, SaysWhereTheImageIs) {
  image_names = "acme/shop:v1\n";
  EXPECT_THAT(run({"--version", "v1", "-P"}).out,
              HasSubstr("Pull image acme/shop:v1 (present on 1.1.1.1)\n"));
}

TEST_F(Plan, SaysIfAHostIsDown) {
  kamal.servers.unreachable("1.1.1.1");
  const CliRun::Result result = run({"--version", "v1"});
  EXPECT_EQ(result.status, 1);
  EXPECT_THAT(result.out,
              AllOf(HasSubstr("  web on 1.1.1.1: unknown\n"), HasSubstr("\n! 1.1.1.1: Can't connect")));
}

TEST_F(Plan, CoversOtherCommands) {
  EXPECT_EQ(run({"redeploy", "--version", "v1"}).status, 0);
  EXPECT_EQ(run({"rollback", "v1"}).status, 0);
  EXPECT_EQ(run({"app", "boot", "--version", "v1"}).status, 0);
  EXPECT_EQ(run({"accessory", "boot", "all"}).status, 0);
  const CliRun::Result removal = run({"remove"});
  EXPECT_EQ(removal.status, 2);
  EXPECT_THAT(removal.out, AllOf(HasSubstr("`kamal remove` would remove containers.\n"),
                                 HasSubstr("  web on 1.1.1.1: remove v1\n"),
                                 HasSubstr("  kamal-proxy on 1.1.1.1: remove v0.9.2\n")));
  const CliRun::Result rollback = run({"rollback", "v0"});
  EXPECT_EQ(rollback.status, 1);
  EXPECT_THAT(rollback.out,
              HasSubstr("! 1.1.1.1: no container of version v0 for web, so the rollback would fail"));
}

TEST_F(Plan, DoesNotMixUpARoleAndAnAccessoryOfTheSameName) {
  std::string deploy = read_file("config/deploy.yml");
  deploy.replace(deploy.find("{ db: "), 6, "{ job: ");
  kamal.write("config/deploy.yml", deploy);
  json& job = add("shop-job", "postgres:17", {"KAMAL_HOST=1.1.1.1"});
  job["Config"]["Labels"] = {{"service", "shop-job"}};
  job["HostConfig"]["Memory"] = 1048576;
  const CliRun::Result result = run({"--version", "v1"});
  EXPECT_EQ(result.status, 0) << result.out << result.err;
  EXPECT_THAT(result.out, HasSubstr("  job on 1.1.1.1: keep\n"));
}

TEST_F(Plan, KeepsTheProxyOfOtherApps) {
  kamal.servers.answer("1.1.1.1", "ls .kamal/apps", {0, "shop\nblog\n", ""});
  EXPECT_THAT(run({"remove"}).out, HasSubstr("  kamal-proxy on 1.1.1.1: keep (other apps are installed)\n"));
  kamal.servers.answer("1.1.1.1", "ls .kamal/apps", {0, "shop\n", ""});
  EXPECT_THAT(run({"remove"}).out, HasSubstr("  kamal-proxy on 1.1.1.1: remove v0.9.2\n"));
}

TEST_F(Plan, FailsIfAContainerVanishedMeanwhile) {
  containers.erase("shop-job-v1");
  const CliRun::Result result = run({"--version", "v1"});
  EXPECT_EQ(result.status, 1);
  EXPECT_THAT(result.out, AllOf(HasSubstr("  web on 1.1.1.1: replace the container, v1 again\n"),
                                HasSubstr("\n! 1.1.1.1: a container vanished")));
}

TEST_F(Plan, TellsOfRolesThatDeployYmlNoLongerHas) {
  add_app("cron", {"tick"});
  const CliRun::Result result = run({"app", "boot", "--version", "v1"});
  EXPECT_EQ(result.status, 0);
  EXPECT_THAT(result.out,
              HasSubstr("  Role cron still runs on 1.1.1.1 (shop-cron-v1), where deploy.yml no longer "
                        "has it; `kamal app boot` does not stop it\n"));
}

TEST_F(Plan, SaysOnceThatAHostOfTheLatestImageIsDown) {
  kamal.servers.unreachable("1.1.1.1");
  const CliRun::Result result = run({"app", "boot"});
  EXPECT_EQ(result.status, 1);
  EXPECT_THAT(result.out,
              AllOf(HasSubstr("\n! 1.1.1.1: Can't connect"), HasSubstr("\n! the version of the latest"),
                    Not(HasSubstr("Exception while"))));
}

TEST_F(Plan, SendsNoControlCharactersToTheTerminal) {
  containers["shop-web-v1"]["Config"]["Labels"]["\x1b[2Jteam"] = "\x1b]0;title\x07";
  const CliRun::Result result = run({"--version", "v1"});
  EXPECT_EQ(result.status, 2);
  EXPECT_THAT(result.out, AllOf(HasSubstr("    - label team"), Not(HasSubstr("\x1b"))));
}

TEST_F(Plan, RefusesOtherCommands) {
  EXPECT_THAT(run({"prune"}).err,
              HasSubstr("`kamal plan` does not cover \"prune\" (available: deploy, setup, "));
  EXPECT_THAT(run({"rollback"}).err, HasSubstr("Missing argument. Usage: kamal plan rollback VERSION"));
  EXPECT_THAT(run({"deploy", "now"}).err, HasSubstr("Unexpected argument \"now\". Usage: kamal plan deploy"));
  EXPECT_THAT(run({"accessory", "boot", "cache"}).err, HasSubstr("Unknown accessory \"cache\""));
  EXPECT_THAT(kamal.servers.connected, IsEmpty());
}

TEST_F(Plan, PrintsJsonAsDocumented) {
  const test::JsonSchema schema(json::parse(read_file(std::string(KAMAL_DOCUMENTS) + "/plan.schema.json")));
  containers["shop-job-v1"]["Config"]["Cmd"] = {"rest"};
  const CliRun::Result result = run({"--version", "v2", "--format", "json"});
  EXPECT_EQ(result.status, 2);
  const json plan = json::parse(result.out);
  EXPECT_THAT(schema.problems(plan), IsEmpty());
  EXPECT_THAT(schema.problems(json::parse(run({"remove", "--format", "json"}).out)), IsEmpty());
  EXPECT_EQ(plan.at("changes"), true);
  EXPECT_EQ(plan.at("roles").at(1), json::parse(R"({
    "host": "1.1.1.1", "role": "job", "action": "replace", "changes": true, "version_before": "v1",
    "version_after": "v2", "not_compared": [], "needs": null, "note": null,
    "differences": [{"kind": "cmd", "name": null, "change": "changed", "before": "rest", "after": "work"}]})"));
  json wrong = plan;
  wrong["roles"][0]["action"] = "break";
  wrong["secret"] = 1;
  EXPECT_EQ(schema.problems(wrong).size(), 2U) << "the schema is looked at";
  kamal.servers.unreachable("1.1.1.1");
  EXPECT_THAT(schema.problems(json::parse(run({"--format", "json"}).out)), IsEmpty());
}

TEST_F(Plan, GivesWayToAnAlias) {
  kamal.write("config/deploy.yml", read_file("config/deploy.yml") + "aliases: { plan: version }\n");
  EXPECT_THAT(kamal.run({"plan"}).out, HasSubstr("2.12"));
}

}  // namespace
}  // namespace kamal
