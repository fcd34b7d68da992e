#include <gmock/gmock.h>
#include <gtest/gtest.h>

#include <csignal>

#include "cli/status/host_report.h"
#include "support/there.h"
#include "unit/cli/cli_run.h"

namespace kamal {
namespace {

using test::CliRun;
using test::FakeDocker;
using ::testing::AllOf;
using ::testing::ElementsAre;
using ::testing::EndsWith;
using ::testing::HasSubstr;
using ::testing::IsEmpty;
using ::testing::Not;
using ::testing::SizeIs;
using ::testing::StartsWith;

constexpr const char* small_fleet = R"(
servers: { web: [ 1.1.1.1, 1.1.1.2 ], job: { hosts: [ 1.1.1.2 ], cmd: work } }
accessories: { db: { image: "postgres:17", host: 1.1.1.1 } }
)";

// Version v1 runs and serves for an hour on all hosts. The clock starts at 2026-01-02T03:04:05Z.
struct Status : ::testing::Test {
  Status() {
    add("1.1.1.1", "shop-web-v1", "acme/shop:v1");
    add("1.1.1.1", "shop-db", "postgres:17");
    add("1.1.1.2", "shop-web-v1", "acme/shop:v1");
    add("1.1.1.2", "shop-job-v1", "acme/shop:v1");
    for (const char* host : {"1.1.1.1", "1.1.1.2"}) {
      add(host, "kamal-proxy", "basecamp/kamal-proxy:v0.9.2");
      docker(host).point("shop-web", "shop-web-v1");
    }
    kamal.servers.answer("*", "if [ -d .kamal/lock-shop ]", {74, "", ""});
  }
  FakeDocker& docker(const std::string& host) { return kamal.servers.docker(host); }
  void add(const std::string& host, const std::string& name, const std::string& image) {
    docker(host).add(name);
    FakeDocker::Container& container = docker(host).at(name);
    container.image = image;
    container.image_created = "2025-12-31T03:04:05Z";
    container.started_at = "2026-01-02T02:04:05Z";
  }
  std::string text(std::vector<std::string> options = {}) {
    options.insert(options.begin(), "status");
    return kamal.run(options).out;
  }

  CliRun kamal{small_fleet};
};

TEST_F(Status, ShowsTheFleetOnOneScreen) {
  docker("1.1.1.1").at("shop-web-v1").health = "healthy";
  docker("1.1.1.2").at("shop-web-v1").health = "healthy";
  const CliRun::Result result = kamal.run({"status"});
  EXPECT_EQ(result.status, 0) << result.err;
  EXPECT_EQ(result.out,
            "shop on 2 hosts at 2026-01-02T03:04:05Z\n"
            "\n"
            "  HOST     ROLE  VERSION  SINCE   RESTARTS  IMAGE AGE  TRAFFIC  STATE\n"
            "  1.1.1.1  web   v1       1 hour  0         2 days     serving  running, healthy\n"
            "  1.1.1.2  web   v1       1 hour  0         2 days     serving  running, healthy\n"
            "  1.1.1.2  job   v1       1 hour  0         2 days     -        running\n"
            "\n"
            "  HOST     ACCESSORY  IMAGE        SINCE   RESTARTS  IMAGE AGE  TRAFFIC  STATE\n"
            "  1.1.1.1  db         postgres:17  1 hour  0         2 days     -        running\n"
            "\n"
            "  HOST     KAMAL-PROXY  SINCE   RESTARTS  STATE\n"
            "  1.1.1.1  v0.9.2       1 hour  0         running\n"
            "  1.1.1.2  v0.9.2       1 hour  0         running\n"
            "\n"
            "  Deploy lock free\n");
}

TEST_F(Status, AsksEachHostOnceAndChangesNothing) {
  EXPECT_EQ(kamal.run({"status", "--stats"}).status, 0);
  EXPECT_EQ(kamal.servers.round_trips.at("1.1.1.1"), 1);
  EXPECT_EQ(kamal.servers.round_trips.at("1.1.1.2"), 1);
  EXPECT_THAT(kamal.story.of({"audit", "mkdir", "upload", " > ", "rm "}), IsEmpty());
  EXPECT_THAT(kamal.asked("1.1.1.1"),
              ElementsAre(StartsWith("if [ -d .kamal/lock-shop ]"), "cat .kamal/lock-shop/holder",
                          StartsWith("timeout 20 sh -c 'containers="), HasSubstr("kamal-proxy list"),
                          HasSubstr("docker stats")));
  EXPECT_THAT(kamal.asked("1.1.1.2"), SizeIs(3));
}

TEST_F(Status, RunsThePreConnectHook) {
  kamal.add_hook("pre-connect");
  EXPECT_EQ(kamal.run({"status"}).status, 0);
  EXPECT_THAT(kamal.asked("here"), ElementsAre(".kamal/hooks/pre-connect"));
}

TEST_F(Status, ShowsAHostThatCannotBeReachedAsARow) {
  kamal.servers.unreachable("1.1.1.2");
  const CliRun::Result result = kamal.run({"status"});
  EXPECT_EQ(result.status, 1);
  EXPECT_EQ(result.err, "");
  EXPECT_THAT(
      result.out,
      AllOf(HasSubstr("\n! 1.1.1.2  web   -        -       -         -          -        unreachable: "
                      "Can't connect to 1.1.1.2\n! 1.1.1.2  job   "),
            HasSubstr("\n  1.1.1.1  web   v1 "), EndsWith("  Deploy lock free\n")));
}

TEST_F(Status, ShowsTheReasonOnlyOfAConnectionFailure) {
  kamal.servers.before("1.1.1.2", "docker", [] {
    throw sshkit::ConnectionError(
        "Could not connect to 1.1.1.2 (root@1.1.1.2:22): no route (is it up?): give up");
  });
  EXPECT_THAT(text(), HasSubstr("unreachable: no route (is it up?): give up\n"));
}

TEST_F(Status, SaysIfDockerIsNotThere) {
  kamal.servers.answer("1.1.1.2", "docker", {127, "", "sh: 1: docker: not found\n"});
  const CliRun::Result result = kamal.run({"status"});
  EXPECT_EQ(result.status, 1);
  EXPECT_THAT(result.out, AllOf(HasSubstr("unknown: docker ps: sh: 1: docker: not found\n"),
                                EndsWith("  Deploy lock free\n")));
}

TEST_F(Status, TellsWhatIsMissingOfDockerAndOfTheLock) {
  kamal.servers.answer("1.1.1.1", "docker", {127, "", "sh: 1: docker: not found\n"});
  kamal.servers.answer("1.1.1.1", "if [ -d .kamal/lock-shop ]", {1, "", "cat: Permission denied\n"});
  EXPECT_THAT(text(), AllOf(HasSubstr("unknown: docker ps: sh: 1: docker: not found\n"),
                            EndsWith("! Deploy lock on 1.1.1.1: unknown\n"
                                     "! 1.1.1.1: deploy lock: cat: Permission denied\n")));
}

TEST_F(Status, SaysIfDockerHangs) {
  kamal.servers.answer("1.1.1.2", "timeout 20", {124, "", ""});
  const CliRun::Result result = kamal.run({"status"});
  EXPECT_EQ(result.status, 1);
  EXPECT_THAT(result.out, HasSubstr("unknown: docker timed out\n"));
}

TEST_F(Status, SaysIfTheProxyDoesNotAnswer) {
  kamal.servers.answer("1.1.1.2", "kamal-proxy list", {1, "", "Error: connection refused\n"});
  const CliRun::Result result = kamal.run({"status"});
  EXPECT_EQ(result.status, 1);
  EXPECT_THAT(result.out,
              AllOf(HasSubstr("! 1.1.1.2  web   v1       1 hour  0         2 days     unknown  running\n"),
                    HasSubstr("! 1.1.1.2: kamal-proxy list: connection refused\n")));
}

TEST_F(Status, ShowsAnAppWithoutAProxyThatRuns) {
  docker("1.1.1.2").at("kamal-proxy").running = false;
  kamal.servers.answer("1.1.1.2", "kamal-proxy list", {1, "", "container abc is not running\n"});
  const CliRun::Result result = kamal.run({"status"});
  EXPECT_EQ(result.status, 0);
  EXPECT_THAT(result.out, AllOf(HasSubstr("not serving  running\n"), HasSubstr("exited with status 0\n")));
}

TEST_F(Status, ShowsOddHostsFirst) {
  add("1.1.1.2", "shop-web-v2", "acme/shop:v2");
  docker("1.1.1.2").at("shop-web-v2").started_at = "2026-01-02T02:34:05Z";
  docker("1.1.1.2").point("shop-web", "shop-web-v2");
  docker("1.1.1.2").at("shop-job-v1").restarts = 3;
  docker("1.1.1.1").at("shop-web-v1").health = "unhealthy";
  EXPECT_THAT(
      text(),
      HasSubstr("STATE\n"
                "! 1.1.1.1  web   v1       1 hour      0         2 days     serving   running, unhealthy\n"
                "! 1.1.1.2  web   v1       1 hour      0         2 days     draining  running\n"
                "! 1.1.1.2  job   v1       1 hour      3         2 days     -         running\n"
                "  1.1.1.2  web   v2       30 minutes  0         2 days     serving   running\n"));
}

TEST_F(Status, ShowsMaintenance) {
  docker("1.1.1.1").set_state("shop-web", "stopped");
  docker("1.1.1.2").set_state("shop-web", "paused");
  EXPECT_THAT(text(), AllOf(HasSubstr("maintenance  running\n"), HasSubstr("paused       running\n")));
}

TEST_F(Status, ShowsWhatDoesNotRun) {
  docker("1.1.1.1").at("shop-web-v1").running = false;
  docker("1.1.1.1").at("shop-web-v1").exit_code = 137;
  docker("1.1.1.1").at("shop-web-v1").finished_at = "2026-01-02T03:01:05Z";
  docker("1.1.1.1").at("shop-db").name = "shop-db2";
  EXPECT_THAT(
      text(),
      AllOf(
          HasSubstr(
              "! 1.1.1.1  web   v1       3 minutes  0         2 days     -        exited with status 137\n"),
          HasSubstr("! 1.1.1.1  db         -      -      -         -          -        no container\n")));
}

TEST_F(Status, ShowsTheLock) {
  kamal.servers.answer(
      "1.1.1.1", "cat .kamal/lock-shop/details",
      {0, "Locked by: Bob at 2026-01-02T03:01:05Z\nVersion: v9\nMessage: Moving the database\n", ""});
  const CliRun::Result result = kamal.run({"status"});
  EXPECT_EQ(result.status, 0);
  EXPECT_THAT(
      result.out,
      EndsWith("! Deploy lock held by Bob for 3 minutes on 1.1.1.1, version v9: Moving the database\n"));
}

TEST_F(Status, OfSomeHostsAsksTheFirstOneForTheLockOnly) {
  const std::string shown = text({"-h", "1.1.1.2", "-r", "web"});
  EXPECT_THAT(shown, AllOf(HasSubstr("1.1.1.2  web"), Not(HasSubstr("1.1.1.1")), Not(HasSubstr("job"))));
  EXPECT_THAT(kamal.asked("1.1.1.1"),
              ElementsAre(StartsWith("if [ -d .kamal/lock-shop ]"), "cat .kamal/lock-shop/holder"));
}

TEST_F(Status, SaysIfTheHostOfTheLockCannotBeReached) {
  kamal.servers.unreachable("1.1.1.1");
  const CliRun::Result result = kamal.run({"status", "-h", "1.1.1.2"});
  EXPECT_EQ(result.status, 1);
  EXPECT_THAT(result.out, EndsWith("! Deploy lock on 1.1.1.1: unknown\n"
                                   "! 1.1.1.1: Can't connect to 1.1.1.1\n"));
}

TEST_F(Status, ShowsUsage) {
  kamal.servers.answer("1.1.1.1", "docker stats",
                       {0, "id-shop-web-v1|12.34%|1.5GiB / 4GiB\nid-shop-db|0.00%|12.5MiB / 4GiB\n", ""});
  EXPECT_THAT(text({"--stats"}), AllOf(HasSubstr("TRAFFIC  CPU    MEMORY   STATE\n"),
                                       HasSubstr("serving  12.3%  1.5 GiB  running\n"),
                                       HasSubstr("-        0.0%  12 MiB  running\n")));
}

TEST(ParseUsage, ReadsWhatDockerPrints) {
  EXPECT_EQ(cli::parse_usage("0.07%", "12.5MiB / 1.9GiB").value().memory_bytes, 13107200U);
  EXPECT_EQ(cli::parse_usage("0.07%", "12.5MiB / 1.9GiB").value().cpu_percent, 0.07);
  EXPECT_EQ(cli::parse_usage("0.00%", "512B / 1.9GiB").value().memory_bytes, 512U);
  EXPECT_FALSE(cli::parse_usage("--", "-- / --"));
  EXPECT_FALSE(cli::parse_usage("1%", "3 bags"));
}

TEST_F(Status, NeutralizesWhatServersPrint) {
  docker("1.1.1.1").at("shop-db").image = "\x1b[2Jpostgres:17";
  EXPECT_THAT(text(), AllOf(HasSubstr("  postgres:17  "), Not(HasSubstr("\x1b"))));
}

TEST_F(Status, TellsRolesApartWhoseNamesBeginAlike) {
  CliRun other("servers: { web: [ 1.1.1.1 ], web-admin: { hosts: [ 1.1.1.1 ], proxy: false } }");
  other.servers.answer("1.1.1.1", "timeout 20",
                       {0,
                        "/shop-web-v1|1|running||0|0|a|b|web|sha256:1|acme/shop:v1\n"
                        "/shop-web-admin-v2|2|running||0|0|a|b|web-admin|sha256:2|acme/shop:v2\n",
                        ""});
  EXPECT_THAT(other.run({"status"}).out,
              AllOf(HasSubstr("web        v1 "), HasSubstr("web-admin  v2 "), Not(HasSubstr("admin-v2"))));
}

std::string host_name(int number) { return (number < 10 ? "web-0" : "web-") + std::to_string(number); }

TEST(StatusOfManyHosts, IsShort) {
  std::string hosts;
  for (int i = 1; i <= 50; ++i) hosts += (i > 1 ? ", " : "") + host_name(i);
  CliRun kamal("servers: [ " + hosts + " ]");
  for (int i = 1; i <= 50; ++i) {
    FakeDocker& docker = kamal.servers.docker(host_name(i));
    const std::string version = i == 17 ? "v1" : "v2";
    docker.add("shop-web-" + version);
    docker.at("shop-web-" + version).started_at = i < 10 ? "2026-01-02T02:04:05Z" : "2026-01-02T00:04:05Z";
    docker.add("kamal-proxy");
    docker.at("kamal-proxy").image = "basecamp/kamal-proxy:v0.9.2";
    docker.point("shop-web", "shop-web-" + version);
  }
  kamal.servers.unreachable("web-33");
  kamal.servers.answer("*", "if [ -d .kamal/lock-shop ]", {74, "", ""});
  EXPECT_EQ(
      kamal.run({"status"}).out,
      "shop on 50 hosts at 2026-01-02T03:04:05Z\n"
      "\n"
      "  HOST                ROLE  VERSION  SINCE              RESTARTS  IMAGE AGE  TRAFFIC  STATE\n"
      "! web-33              web   -        -                  -         -          -        unreachable: "
      "Can't connect to web-33\n"
      "! web-17              web   v1       3 hours            0         -          serving  running\n"
      "  web-01 and 47 more  web   v2       1 hour to 3 hours  0         -          serving  running\n"
      "\n"
      "  HOST                KAMAL-PROXY  SINCE      RESTARTS  STATE\n"
      "! web-33              -            -          -         unreachable: Can't connect to web-33\n"
      "  web-01 and 48 more  v0.9.2       0 seconds  0         running\n"
      "\n"
      "  Deploy lock free\n");
}

TEST_F(Status, WatchesUntilCtrlC) {
  kamal.out_is_terminal = true;
  int frames = 0;
  kamal.clock.when_asleep = [&] {
    if (++frames == 3) kamal.interruption.request(SIGINT);
  };
  const CliRun::Result result = kamal.run({"status", "--watch", "--interval", "5"});
  EXPECT_EQ(result.status, 0);
  EXPECT_EQ(result.err, "");
  EXPECT_THAT(result.out, AllOf(StartsWith("\x1b[?1049h"), HasSubstr("  Deploy lock free"),
                                EndsWith("\x1b[?7h\x1b[?25h\x1b[?1049l")));
  EXPECT_THAT(kamal.clock.sleeps(),
              ElementsAre(std::chrono::seconds(5), std::chrono::seconds(5), std::chrono::seconds(5)));
  EXPECT_EQ(kamal.servers.round_trips.at("1.1.1.1"), 3);
}

TEST_F(Status, OfAWatchThatIsEndedBySIGTERMSaysSo) {
  kamal.out_is_terminal = true;
  kamal.clock.when_asleep = [&] { kamal.interruption.request(SIGTERM); };
  const CliRun::Result result = kamal.run({"status", "--watch"});
  EXPECT_EQ(result.status, 143);
  EXPECT_THAT(result.out, EndsWith("\x1b[?1049l"));
}

TEST_F(Status, WatchesNothingWithoutATerminal) {
  const CliRun::Result result = kamal.run({"status", "--watch"});
  EXPECT_EQ(result.status, 1);
  EXPECT_THAT(result.err, HasSubstr("--watch requires a terminal"));
  EXPECT_THAT(kamal.story.events(), IsEmpty());
  kamal.out_is_terminal = true;
  kamal.environment["TERM"] = "dumb";
  EXPECT_THAT(kamal.run({"status", "--watch"}).err, HasSubstr("but TERM is dumb"));
}

TEST_F(Status, RefusesAnotherFormat) {
  EXPECT_THAT(kamal.run({"status", "--format", "xml"}).err,
              HasSubstr("--format must be text or json, not \"xml\""));
  EXPECT_THAT(kamal.run({"status", "--watch", "--format", "json"}).err,
              HasSubstr("--watch can't be used with --format json"));
}

TEST(StatusAlias, WinsOverTheCommand) {
  CliRun kamal("aliases: { status: app containers }");
  kamal.run({"status"});
  EXPECT_THAT(kamal.asked("1.1.1.1"), ElementsAre(StartsWith("docker container ls --all")));
}

TEST(StatusPrefix, IsNotACommand) {
  CliRun kamal;
  EXPECT_THAT(kamal.run({"stat"}).err, HasSubstr("Could not find command \"stat\""));
}

}  // namespace
}  // namespace kamal
