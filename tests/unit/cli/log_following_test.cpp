#include <gmock/gmock.h>
#include <gtest/gtest.h>

#include <csignal>
#include <memory>
#include <mutex>
#include <set>
#include <thread>

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

constexpr const char* look = "xargs --no-run-if-empty docker inspect";
constexpr const char* web_and_worker = "servers: { web: [ 1.1.1.1 ], workers: [ 1.1.1.2 ] }";

// What follows a look and a stream: nobody ends the run otherwise.
void interrupt_at_pause(CliRun& kamal, int pause) {
  kamal.clock.when_asleep = [&kamal, pause, pauses = 0]() mutable {
    if (++pauses == pause) kamal.interruption.request(SIGINT);
  };
}

test::Answer container(const std::string& id, const std::string& start,
                       const std::string& state = "running") {
  return {0, id + " /shop-web-" + id + " " + start + " 09:00 " + state + "\n", ""};
}

TEST(LogFollowing, ShowsLinesUntilASignal) {
  CliRun kamal;
  interrupt_at_pause(kamal, 1);
  kamal.servers.answer("*", look, container("v1", "10:00"));
  kamal.servers.answer("*", "--follow", {0, "one\ntwo\n", ""});
  const CliRun::Result result = kamal.run({"app", "logs", "-f"});
  EXPECT_EQ(result.status, 130);
  EXPECT_THAT(result.out, HasSubstr("one\ntwo\n"));
  EXPECT_THAT(
      kamal.story.of({"stream: "}),
      ElementsAre("1.1.1.1: stream: echo v1 | xargs docker logs --timestamps --tail 10 --follow 2>&1"));
}

TEST(LogFollowing, EndsWhenItsOutputIsClosed) {
  CliRun kamal;
  kamal.servers.answer("*", look, container("v1", "10:00"));
  kamal.servers.answer("*", "--follow", {0, "one\ntwo\n", ""});
  kamal.out_is_closed = true;
  const CliRun::Result result = kamal.run({"app", "logs", "-f"});
  EXPECT_EQ(result.status, 0) << result.err;
  EXPECT_THAT(result.out, HasSubstr("one\n"));
}

// A thread pauses when it has shown its log.
void interrupt_when_two_pause(CliRun& kamal) {
  kamal.clock.when_asleep = [&kamal, mutex = std::make_shared<std::mutex>(),
                             threads = std::set<std::thread::id>()]() mutable {
    const std::lock_guard lock(*mutex);
    threads.insert(std::this_thread::get_id());
    if (threads.size() == 2) kamal.interruption.request(SIGINT);
  };
}

TEST(LogFollowing, NamesTheHostAndRoleOfEachLineWhereThereAreSeveral) {
  CliRun kamal(web_and_worker);
  interrupt_when_two_pause(kamal);
  kamal.servers.answer("*", look, container("v1", "10:00"));
  kamal.servers.answer("1.1.1.1", "--follow", {0, "from web\n", ""});
  kamal.servers.answer("1.1.1.2", "--follow", {0, "from a worker\n", ""});
  EXPECT_THAT(kamal.run({"app", "logs", "-f"}).out,
              AllOf(HasSubstr("1.1.1.1 web: from web\n"), HasSubstr("1.1.1.2 workers: from a worker\n")));
}

TEST(LogFollowing, ShowsAllLinesOfAReplacementContainer) {
  CliRun kamal;
  interrupt_at_pause(kamal, 2);
  kamal.servers.answer("*", look, container("v2", "11:00"));
  kamal.servers.answer("*", look, container("v1", "10:00"), 1);
  const CliRun::Result result = kamal.run({"app", "logs", "-f", "--since", "42m"});
  EXPECT_THAT(result.out, HasSubstr("shop-web-v1 was replaced; following shop-web-v2..."));
  EXPECT_THAT(kamal.story.of({"stream: "}),
              ElementsAre(HasSubstr("echo v1 | xargs docker logs --timestamps --since 42m --follow"),
                          HasSubstr("echo v2 | xargs docker logs --timestamps --tail all --follow")));
}

TEST(LogFollowing, ContinuesWhereARestartedContainerStopped) {
  CliRun kamal;
  interrupt_at_pause(kamal, 2);
  kamal.servers.answer("*", look, container("v1", "11:00"));
  kamal.servers.answer("*", look, container("v1", "10:00"), 1);
  EXPECT_THAT(kamal.run({"app", "logs", "-f"}).out, HasSubstr("shop-web-v1 restarted"));
  EXPECT_THAT(kamal.story.of({"stream: "}), Contains(HasSubstr("--since 09:00 --tail all --follow")));
}

TEST(LogFollowing, RepeatsNoLineWhenOnlyTheStreamEnded) {
  CliRun kamal;
  interrupt_at_pause(kamal, 2);
  kamal.servers.answer("*", look, container("v1", "10:00"));
  EXPECT_THAT(kamal.run({"app", "logs", "-f"}).out, Not(HasSubstr("shop-web-v1")));
  EXPECT_THAT(kamal.story.of({"stream: "}), Contains(HasSubstr("--tail 0 --follow")));
}

TEST(LogFollowing, SaysOnceThatItWaits) {
  CliRun kamal;
  interrupt_at_pause(kamal, 4);
  kamal.servers.answer("*", look, container("v1", "10:00", "exited"));
  const std::string out = kamal.run({"app", "logs", "-f"}).out;
  EXPECT_THAT(out, HasSubstr("shop-web-v1 stopped; waiting"));
  EXPECT_EQ(out.find("waiting"), out.rfind("waiting"));
}

TEST(LogFollowing, FailsWhereThereIsNoContainer) {
  CliRun kamal(web_and_worker);
  const CliRun::Result result = kamal.run({"app", "logs", "-f"});
  EXPECT_EQ(result.status, 1);
  EXPECT_THAT(result.err, HasSubstr("no containers on 1.1.1.1, 1.1.1.2"));
  EXPECT_THAT(kamal.story.of({"stream: "}), IsEmpty());
}

TEST(LogFollowing, GivesUpALogThatCannotBeRead) {
  CliRun kamal;
  kamal.servers.answer("*", look, container("v1", "10:00"));
  kamal.servers.answer("*", "--follow", {123, "logging driver does not support reading\n", ""});
  const CliRun::Result result = kamal.run({"app", "logs", "-f"});
  EXPECT_EQ(result.status, 1);
  EXPECT_THAT(result.err, HasSubstr("Could not follow the log of shop-web-v1"));
}

TEST(LogFollowing, FollowsTheRequestedContainer) {
  CliRun kamal;
  kamal.run({"app", "logs", "-f", "--container-id", "abc"});
  EXPECT_THAT(test::last(kamal.asked("1.1.1.1")),
              AllOf(HasSubstr("echo abc | "), EndsWith("{{.State.FinishedAt}} {{.State.Status}}'")));
}

TEST(LogFollowing, IsThereForAccessories) {
  CliRun kamal("accessories: { db: { image: postgres, host: 1.1.1.5 } }");
  interrupt_at_pause(kamal, 1);
  kamal.servers.answer("*", look, container("v1", "10:00"));
  EXPECT_EQ(kamal.run({"accessory", "logs", "db", "-f"}).status, 130);
  EXPECT_THAT(kamal.story.of({"stream: "}),
              ElementsAre("1.1.1.5: stream: docker logs shop-db --tail 10 --timestamps --follow 2>&1"));
}

TEST(LogFollowing, IsThereForTheProxy) {
  CliRun kamal;
  interrupt_at_pause(kamal, 1);
  kamal.servers.answer("*", look, container("v1", "10:00"));
  EXPECT_EQ(kamal.run({"proxy", "logs", "-f"}).status, 130);
  EXPECT_THAT(kamal.story.of({"stream: "}),
              ElementsAre("1.1.1.1: stream: docker logs kamal-proxy --tail 10 --timestamps --follow 2>&1"));
}

TEST(LogFollowing, ReportsAtOnceWhichOfSeveralLogsCannotBeRead) {
  CliRun kamal(web_and_worker);
  kamal.servers.answer("*", look, container("v1", "10:00"));
  kamal.servers.answer("*", "--follow", {123, "logging driver does not support reading\n", ""});
  const CliRun::Result result = kamal.run({"app", "logs", "-f"});
  EXPECT_EQ(result.status, 1);
  EXPECT_THAT(result.out, AllOf(HasSubstr("1.1.1.1 web: Could not follow the log of shop-web-v1"),
                                HasSubstr("1.1.1.2 workers: Could not follow the log of shop-web-v1")));
}

TEST(LogFollowing, NamesTheHostOfEachLineOfSeveralProxies) {
  CliRun kamal("servers: [ 1.1.1.1, 1.1.1.2 ]");
  interrupt_when_two_pause(kamal);
  kamal.servers.answer("*", look, container("v1", "10:00"));
  kamal.servers.answer("1.1.1.1", "--follow", {0, "one\n", ""});
  kamal.servers.answer("1.1.1.2", "--follow", {0, "two\n", ""});
  EXPECT_THAT(kamal.run({"proxy", "logs", "-f"}).out,
              AllOf(HasSubstr("1.1.1.1: one\n"), HasSubstr("1.1.1.2: two\n")));
}

TEST(LogFollowing, StaysWithAPausedContainer) {
  CliRun kamal;
  interrupt_at_pause(kamal, 2);
  kamal.servers.answer("*", look, container("v1", "10:00", "paused"));
  EXPECT_THAT(kamal.run({"app", "logs", "-f"}).out, Not(HasSubstr("stopped")));
  EXPECT_THAT(kamal.story.of({"stream: "}), ElementsAre(HasSubstr("--tail 10"), HasSubstr("--tail 0")));
}

TEST(LogFollowing, GivesUpOnlyAfterFailuresInARow) {
  CliRun kamal;
  interrupt_at_pause(kamal, 7);
  kamal.servers.answer("*", look, container("v1", "10:00"));
  const test::Answer failure{1, "", ""}, success{0, "", ""};
  for (const test::Answer& answer : {failure, failure, success, failure, failure})  // the last rule is first
    kamal.servers.answer("*", "--follow", answer, 1);
  EXPECT_EQ(kamal.run({"app", "logs", "-f"}).status, 130);
  EXPECT_THAT(kamal.story.of({"stream: "}), ::testing::SizeIs(7));
}

TEST(LogFollowing, CountsFailuresOfEachContainerByItself) {
  CliRun kamal;
  interrupt_at_pause(kamal, 6);
  const test::Answer failure{1, "", ""};
  kamal.servers.answer("*", "--follow", failure, 5);
  for (const char* id : {"v3", "v3", "v2", "v2", "v1", "v1"})  // the last rule is first
    kamal.servers.answer("*", look, container(id, "10:00"), 1);
  EXPECT_EQ(kamal.run({"app", "logs", "-f"}).status, 130);
  EXPECT_THAT(kamal.story.of({"stream: "}), ::testing::SizeIs(6));
}

TEST(LogFollowing, ShowsALastLineWithoutItsEnd) {
  CliRun kamal;
  interrupt_at_pause(kamal, 1);
  kamal.servers.answer("*", look, container("v1", "10:00"));
  kamal.servers.answer("*", "--follow", {0, "one\nhalf", ""});
  EXPECT_THAT(kamal.run({"app", "logs", "-f"}).out, HasSubstr("one\nhalf\n"));
}

TEST(LogFollowing, WaitsForAContainerOnOneOfTheHosts) {
  CliRun kamal(web_and_worker);
  interrupt_when_two_pause(kamal);
  kamal.servers.answer("1.1.1.1", look, container("v1", "10:00"));
  EXPECT_EQ(kamal.run({"app", "logs", "-f"}).status, 130);
  EXPECT_THAT(kamal.story.of({"stream: "}),
              AllOf(Not(IsEmpty()), ::testing::Each(HasSubstr("1.1.1.1: stream: echo v1"))));
}

}  // namespace
}  // namespace kamal
