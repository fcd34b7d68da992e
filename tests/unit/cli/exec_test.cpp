#include <gmock/gmock.h>
#include <gtest/gtest.h>

#include "support/there.h"
#include "unit/cli/cli_run.h"

namespace kamal {
namespace {

using test::CliRun;
using ::testing::AllOf;
using ::testing::Contains;
using ::testing::ElementsAre;
using ::testing::EndsWith;
using ::testing::HasSubstr;
using ::testing::IsEmpty;
using ::testing::Not;
using ::testing::StartsWith;

using Words = std::vector<std::string>;

Words app_exec(Words options) {
  options.insert(options.begin(), {"app", "exec"});
  return options;
}

TEST(AppExec, RunsInANewContainerOfTheLatestImage) {
  CliRun kamal;
  EXPECT_EQ(kamal.run(app_exec({"bin/job"})).status, 0);
  EXPECT_THAT(kamal.asked("1.1.1.1"),
              ElementsAre("docker login -u robot --password-stdin",
                          "audit: Executed cmd 'bin/job' on app version latest",
                          AllOf(StartsWith("docker run --rm --name shop-web-exec-latest-012345 "),
                                HasSubstr(" acme/shop:latest bin/job"))));
}

TEST(AppExec, ShowsTheOutputUnderTheNameOfTheHost) {
  CliRun kamal;
  kamal.servers.answer("*", "docker run", {0, "42\n", ""});
  EXPECT_THAT(kamal.run(app_exec({"bin/job"})).out, HasSubstr("App Host: 1.1.1.1\n42\n\n"));
}

TEST(AppExec, RunsOnEveryHostAndRole) {
  CliRun kamal("servers: { web: [ 1.1.1.1 ], workers: { hosts: [ 1.1.1.1, 1.1.1.2 ] } }");
  kamal.run(app_exec({"bin/job"}));
  EXPECT_THAT(
      kamal.story.of({"docker run"}),
      ::testing::UnorderedElementsAre(HasSubstr("1.1.1.1: docker run --rm --name shop-web-exec"),
                                      HasSubstr("1.1.1.1: docker run --rm --name shop-workers-exec"),
                                      HasSubstr("1.1.1.2: docker run --rm --name shop-workers-exec")));
}

TEST(AppExec, OfOneContainerLogsInAndRunsInOneRoundTrip) {
  CliRun kamal;
  kamal.run(app_exec({"bin/job"}));
  EXPECT_EQ(kamal.servers.round_trips["1.1.1.1"], 1);
}

TEST(AppExec, RunsNowhereIfAHostCannotLogInToTheRegistry) {
  CliRun kamal("servers: [ 1.1.1.1, 1.1.1.2 ]");
  kamal.servers.answer("1.1.1.1", "docker login", {1, "", "unauthorized\n"});
  const CliRun::Result result = kamal.run(app_exec({"bin/job"}));
  EXPECT_EQ(result.status, 1);
  EXPECT_THAT(result.err, HasSubstr("unauthorized"));
  EXPECT_THAT(kamal.story.of({"docker run"}), ::testing::IsEmpty());
}

TEST(AppExec, LogsInOnceBeforeTheRolesOfAHost) {
  CliRun kamal("servers: { web: [ 1.1.1.1 ], workers: { hosts: [ 1.1.1.1 ] } }");
  kamal.run(app_exec({"bin/job"}));
  EXPECT_THAT(kamal.changes("1.1.1.1"), ::testing::SizeIs(2));
  EXPECT_THAT(kamal.story.of({"docker login"}), ::testing::SizeIs(1));
  EXPECT_THAT(kamal.asked("1.1.1.1").at(0), StartsWith("docker login"));
}

constexpr const char* redis_beside_the_app = "accessories: { redis: { image: redis, host: 1.1.1.9 } }";

TEST(AppExec, OnAHostWithoutTheAppNamesThoseThatRunIt) {
  for (const char* option : {"--reuse", "--interactive", "--raw"}) {
    CliRun kamal(redis_beside_the_app);
    const CliRun::Result result = kamal.run(app_exec({option, "-h", "1.1.1.9", "bin/job"}));
    EXPECT_EQ(result.status, 1) << option;
    EXPECT_THAT(result.err, HasSubstr("No app role on 1.1.1.9 (app hosts: 1.1.1.1)")) << option;
  }
}

TEST(AppExec, WithAccessoriesOnlySaysSo) {
  CliRun kamal;
  kamal.write("config/deploy.yml",
              "service: shop\nimage: acme/shop\nbuilder: { arch: amd64 }\n"
              "registry: { username: robot, password: sesame }\n"
              "accessories: { redis: { image: redis, host: 1.1.1.9 } }\n");
  const CliRun::Result result = kamal.run(app_exec({"-i", "bin/job"}));
  EXPECT_EQ(result.status, 1);
  EXPECT_THAT(result.err, HasSubstr("No host runs the app"));
}

TEST(AppExec, MayReuseTheContainerThatRuns) {
  CliRun kamal;
  kamal.servers.docker("1.1.1.1").add("shop-web-v1");
  kamal.run(app_exec({"--reuse", "bin/job"}));
  EXPECT_EQ(test::last(kamal.asked("1.1.1.1")), "docker exec shop-web-v1 bin/job");
}

TEST(AppExec, MayReuseAContainerOfAGivenVersion) {
  CliRun kamal;
  kamal.run(app_exec({"--reuse", "--version", "v7", "bin/job"}));
  EXPECT_EQ(test::last(kamal.asked("1.1.1.1")), "docker exec shop-web-v7 bin/job");
}

TEST(AppExec, SetsTheEnvironmentOfTheCommand) {
  CliRun kamal;
  kamal.run(app_exec({"--reuse", "--version", "v7", "-e", "A:1", "B:two words", "--", "bin/job"}));
  EXPECT_EQ(test::last(kamal.asked("1.1.1.1")),
            "docker exec --env A=1 --env \"B=two words\" shop-web-v7 bin/job");
}

TEST(AppExec, KeepsTheBoundariesOfArguments) {
  CliRun kamal;
  kamal.run(app_exec({"--reuse", "--version", "v7", "echo", "two  words", "$HOME", "a;b", "it's"}));
  EXPECT_EQ(test::last(kamal.asked("1.1.1.1")),
            "docker exec shop-web-v7 echo 'two  words' '$HOME' 'a;b' 'it'\\''s'");
}

TEST(AppExec, LeavesOneArgumentToTheShellOfTheServer) {
  CliRun kamal;
  EXPECT_EQ(
      kamal.run(app_exec({"--reuse", "--version", "v7", "echo 'two  words' $HOME | cat > seen.txt"})).status,
      0);
  EXPECT_EQ(test::last(kamal.asked("1.1.1.1")),
            "docker exec shop-web-v7 echo 'two  words' $HOME | cat > seen.txt");
}

TEST(AppExec, LeavesOneArgumentToTheShellOfTheServerInANewContainer) {
  for (const Words& way : {Words{}, Words{"--detach"}, Words{"-i"}, Words{"--raw"}}) {
    CliRun kamal;
    Words words = way;
    words.insert(words.end(), {"--", "ls /app | wc -l"});
    EXPECT_EQ(kamal.run(app_exec(words)).status, 0);
    EXPECT_THAT(test::last(kamal.asked("1.1.1.1")), EndsWith(" acme/shop:latest ls /app | wc -l"));
  }
}

TEST(AppExec, PassesArgumentsAfterAnAliasUnchanged) {
  CliRun kamal(R"(aliases: { report: "app exec --reuse --version v7 \"bin/report 'two words' $HOME\"" })");
  EXPECT_EQ(kamal.run({"report", "--weekly", "a  b", "$HOME"}).status, 0);
  EXPECT_EQ(test::last(kamal.asked("1.1.1.1")),
            "docker exec shop-web-v7 bin/report 'two words' $HOME --weekly 'a  b' '$HOME'");
}

TEST(AppExec, MayLeaveItsContainerRunning) {
  CliRun kamal;
  kamal.run(app_exec({"--detach", "bin/job"}));
  EXPECT_THAT(test::last(kamal.asked("1.1.1.1")),
              StartsWith("docker run --detach --name shop-web-exec-latest-012345"));
}

TEST(AppExec, WritesRawOutputAndNothingElse) {
  CliRun kamal;
  kamal.servers.answer("*", "docker run", {0, " a\n\nb", ""});
  EXPECT_EQ(kamal.run(app_exec({"--raw", "bin/dump"})).out, " a\n\nb");
}

TEST(AppExec, FailsWithTheCommand) {
  CliRun kamal;
  kamal.servers.answer("*", "docker run", {3, "", "no such table\n"});
  const CliRun::Result result = kamal.run(app_exec({"bin/job"}));
  EXPECT_EQ(result.status, 1);
  EXPECT_THAT(result.err, HasSubstr("no such table"));
}

struct Conflict {
  Words options;
  const char* message;
};

class AppExecConflicts : public ::testing::TestWithParam<Conflict> {};

TEST_P(AppExecConflicts, AreRefusedBeforeAServerIsAsked) {
  CliRun kamal;
  const CliRun::Result result = kamal.run(app_exec(GetParam().options));
  EXPECT_EQ(result.status, 1);
  EXPECT_THAT(result.err, HasSubstr(GetParam().message));
  EXPECT_THAT(kamal.story.events(), IsEmpty());
}

INSTANTIATE_TEST_SUITE_P(
    Options, AppExecConflicts,
    ::testing::Values(Conflict{{"--detach", "-i", "x"}, "--detach can't be used with --interactive"},
                      Conflict{{"--detach", "--reuse", "x"}, "--detach can't be used with --reuse"},
                      Conflict{{"--raw", "-i", "x"}, "--raw can't be used with --interactive"},
                      Conflict{{"--raw", "--detach", "x"}, "--raw can't be used with --detach"},
                      Conflict{{}, "No command given"}, Conflict{{"  "}, "No command given"},
                      Conflict{{"echo 'x"}, "quote"},
                      Conflict{{"-e", "production", "--", "x"}, "--env must be NAME:VALUE"}));

TEST(AppExecInteractively, RunsInANewContainerOnThePrimaryHost) {
  CliRun kamal("servers: [ 1.1.1.1, 1.1.1.2 ]");
  kamal.in_is_terminal = true;
  EXPECT_EQ(kamal.run(app_exec({"-i", "bash"})).status, 0);
  EXPECT_THAT(
      kamal.asked("1.1.1.1"),
      ElementsAre("docker login -u robot --password-stdin",
                  AllOf(StartsWith("interactively: docker run -it --rm --name shop-web-exec-latest-012345"),
                        HasSubstr("acme/shop:latest bash"))));
  EXPECT_THAT(kamal.asked("1.1.1.2"), IsEmpty());
}

TEST(AppExecInteractively, MayReuseTheContainerThatRuns) {
  CliRun kamal;
  kamal.in_is_terminal = true;
  kamal.servers.docker("1.1.1.1").add("shop-web-v1");
  kamal.run(app_exec({"-i", "--reuse", "bash"}));
  EXPECT_EQ(test::last(kamal.asked("1.1.1.1")), "interactively: docker exec -it shop-web-v1 bash");
}

TEST(AppExecInteractively, PipesStandardInputWithoutATerminal) {
  CliRun kamal;
  kamal.run(app_exec({"-i", "--reuse", "--version", "v1", "psql"}));
  EXPECT_EQ(test::last(kamal.asked("1.1.1.1")), "interactively: docker exec -i shop-web-v1 psql");
}

TEST(AppExecInteractively, EndsWithTheStatusOfTheCommand) {
  CliRun kamal;
  kamal.servers.status_of_interactive = 42;
  const CliRun::Result result = kamal.run(app_exec({"-i", "bash"}));
  EXPECT_EQ(result.status, 42);
  EXPECT_EQ(result.err, "");
}

TEST(AppExecInteractively, OnAFirstHostWithoutARoleSaysSo) {
  CliRun kamal(redis_beside_the_app);
  const CliRun::Result result = kamal.run(app_exec({"-i", "-h", "1.1.1.9,1.1.1.1", "bash"}));
  EXPECT_EQ(result.status, 1);
  EXPECT_THAT(result.err, HasSubstr("1.1.1.9"));
}

TEST(ServerExec, LeavesOneArgumentToTheShellOfTheServer) {
  CliRun kamal;
  EXPECT_EQ(kamal.run({"server", "exec", "echo \"$HOME\" > it; ls"}).status, 0);
  EXPECT_EQ(test::last(kamal.asked("1.1.1.1")), "echo \"$HOME\" > it; ls");
}

TEST(ServerExec, KeepsTheBoundariesOfArguments) {
  CliRun kamal;
  EXPECT_EQ(kamal.run({"server", "exec", "grep", "two  words", "$HOME"}).status, 0);
  EXPECT_EQ(test::last(kamal.asked("1.1.1.1")), "grep 'two  words' '$HOME'");
}

TEST(ServerExec, LetsTheShellOfTheServerReadArgumentsWithAnOperator) {
  CliRun kamal;
  kamal.run({"server", "exec", "uptime", "|", "tail", "-n3"});
  EXPECT_THAT(kamal.asked("1.1.1.1"),
              ElementsAre("audit: Executed cmd 'uptime | tail -n3' on 1.1.1.1", "uptime | tail -n3"));
}

TEST(ServerExec, ShowsTheOutputOfEachHost) {
  CliRun kamal("servers: [ 1.1.1.1, 1.1.1.2 ]");
  kamal.servers.answer("1.1.1.1", "hostname", {0, "one\n", ""});
  kamal.servers.answer("1.1.1.2", "hostname", {0, "two\n", ""});
  EXPECT_THAT(kamal.run({"server", "exec", "hostname"}).out,
              AllOf(HasSubstr("App Host: 1.1.1.1\none\n"), HasSubstr("App Host: 1.1.1.2\ntwo\n")));
}

TEST(ServerExec, RefusesConflictingOptions) {
  CliRun kamal;
  EXPECT_THAT(kamal.run({"server", "exec", "--raw", "-i", "x"}).err,
              HasSubstr("--raw can't be used with --interactive"));
  EXPECT_THAT(kamal.run({"server", "exec"}).err, HasSubstr("No command given"));
}

TEST(ServerExec, WritesRawOutputAndNothingElse) {
  CliRun kamal;
  kamal.servers.answer("*", "cat dump", {0, " a\n\nb", ""});
  EXPECT_EQ(kamal.run({"server", "exec", "--raw", "cat", "dump"}).out, " a\n\nb");
}

TEST(ServerExec, MayRunOnThePrimaryHostOnly) {
  CliRun kamal("servers: [ 1.1.1.1, 1.1.1.2 ]");
  kamal.run({"server", "exec", "-p", "hostname"});
  EXPECT_THAT(kamal.asked("1.1.1.1"), Contains("hostname"));
  EXPECT_THAT(kamal.asked("1.1.1.2"), IsEmpty());
}

TEST(ServerExec, InteractivelyRunsOnThePrimaryHost) {
  CliRun kamal("servers: [ 1.1.1.1, 1.1.1.2 ]");
  kamal.servers.status_of_interactive = 7;
  EXPECT_EQ(kamal.run({"server", "exec", "-i", "bash"}).status, 7);
  EXPECT_THAT(kamal.story.events(), ::testing::SizeIs(1));
  EXPECT_THAT(kamal.asked("1.1.1.1"), ElementsAre("interactively: bash"));
}

constexpr const char* with_db =
    "accessories: { db: { image: \"postgres:17\", hosts: [ 1.1.1.5, 1.1.1.6 ] } }";

TEST(AccessoryExec, RunsInANewContainerOnEveryHost) {
  CliRun kamal(with_db);
  kamal.run({"accessory", "exec", "db", "psql", "-l"});
  for (const char* host : {"1.1.1.5", "1.1.1.6"}) {
    EXPECT_THAT(kamal.asked(host),
                Contains(AllOf(StartsWith("docker run --rm "), HasSubstr("postgres:17 psql -l"))))
        << host;
  }
}

TEST(AccessoryExec, LeavesOneArgumentToTheShellOfTheServer) {
  for (const Words& way : {Words{}, Words{"--reuse"}, Words{"-i"}, Words{"-i", "--reuse"}}) {
    CliRun kamal(with_db);
    Words words = {"accessory", "exec", "db"};
    words.insert(words.end(), way.begin(), way.end());
    words.emplace_back("pg_dump $DB > dump.sql");
    EXPECT_EQ(kamal.run(words).status, 0);
    EXPECT_THAT(test::last(kamal.asked("1.1.1.5")), EndsWith(" pg_dump $DB > dump.sql"));
  }
}

TEST(AccessoryExec, KeepsTheBoundariesOfArguments) {
  CliRun kamal(with_db);
  EXPECT_EQ(kamal.run({"accessory", "exec", "db", "--reuse", "--", "psql", "-c", "select '$1' | 2"}).status,
            0);
  EXPECT_EQ(test::last(kamal.asked("1.1.1.5")), "docker exec shop-db psql -c 'select '\\''$1'\\'' | 2'");
}

TEST(AccessoryExec, RefusesABlankCommand) {
  CliRun kamal(with_db);
  const CliRun::Result result = kamal.run({"accessory", "exec", "db", " "});
  EXPECT_EQ(result.status, 1);
  EXPECT_THAT(result.err, HasSubstr("No command given"));
  EXPECT_THAT(kamal.story.events(), IsEmpty());
}

TEST(AccessoryExec, MayReuseTheContainerThatRuns) {
  CliRun kamal(with_db);
  kamal.run({"accessory", "exec", "db", "--reuse", "psql"});
  EXPECT_EQ(test::last(kamal.asked("1.1.1.5")), "docker exec shop-db psql");
}

TEST(AccessoryExec, InteractivelyRunsOnTheFirstHost) {
  CliRun kamal(with_db);
  kamal.in_is_terminal = true;
  kamal.run({"accessory", "exec", "db", "-i", "--reuse", "psql"});
  EXPECT_THAT(kamal.asked("1.1.1.5"), ElementsAre("interactively: docker exec -it shop-db psql"));
  EXPECT_THAT(kamal.asked("1.1.1.6"), IsEmpty());
}

TEST(AccessoryExec, InteractivelyMayRunInANewContainer) {
  CliRun kamal(with_db);
  kamal.in_is_terminal = true;
  kamal.run({"accessory", "exec", "db", "-i", "psql"});
  EXPECT_THAT(test::last(kamal.asked("1.1.1.5")),
              AllOf(StartsWith("interactively: docker run -it --rm "), HasSubstr(" postgres:17 psql")));
}

TEST(AccessoryExec, WritesRawOutputAndNothingElse) {
  CliRun kamal("accessories: { db: { image: \"postgres:17\", host: 1.1.1.5 } }");
  kamal.servers.answer("*", "docker run", {0, " a\n\nb", ""});
  EXPECT_EQ(kamal.run({"accessory", "exec", "db", "--raw", "pg_dump"}).out, " a\n\nb");
}

TEST(AccessoryExec, RunsWhatTheImageDoesWithoutACommand) {
  CliRun kamal(with_db);
  EXPECT_EQ(kamal.run({"accessory", "exec", "db"}).status, 0);
  EXPECT_THAT(test::last(kamal.asked("1.1.1.5")),
              AllOf(StartsWith("docker run --rm "), ::testing::EndsWith(" postgres:17")));
}

TEST(AccessoryExec, NeedsACommandToReuseTheContainerThatRuns) {
  CliRun kamal(with_db);
  const CliRun::Result result = kamal.run({"accessory", "exec", "db", "--reuse"});
  EXPECT_EQ(result.status, 1);
  EXPECT_THAT(result.err, HasSubstr("No command given"));
}

TEST(UnknownAccessory, SuggestsTheNearest) {
  CliRun kamal(with_db);
  const CliRun::Result result = kamal.run({"accessory", "boot", "dv"});
  EXPECT_EQ(result.status, 1);
  EXPECT_EQ(result.err, "  ERROR Unknown accessory \"dv\" (did you mean \"db\"?)\n");
  EXPECT_THAT(kamal.story.of({"docker"}), IsEmpty());
}

TEST(UnknownAccessory, SuggestsAllIfTheCommandTakesIt) {
  CliRun kamal(with_db);
  EXPECT_THAT(kamal.run({"accessory", "boot", "al"}).err, HasSubstr("(did you mean \"all\"?)"));
  EXPECT_THAT(kamal.run({"accessory", "logs", "al"}).err, HasSubstr("(available: db)"));
}

TEST(UnknownAccessory, NamesThoseThereAreIfNoneIsNear) {
  CliRun kamal(with_db);
  EXPECT_THAT(kamal.run({"accessory", "boot", "search"}).err,
              HasSubstr("Unknown accessory \"search\" (available: db)"));
}

}  // namespace
}  // namespace kamal
