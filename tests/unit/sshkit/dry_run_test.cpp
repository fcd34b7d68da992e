#include "kamal/sshkit/dry_run.h"

#include <gmock/gmock.h>
#include <gtest/gtest.h>

#include "kamal/sshkit/executor.h"
#include "support/fake_backend.h"
#include "support/fake_effects.h"

namespace kamal::sshkit {
namespace {

using test::FakeBackend;
using ::testing::AllOf;
using ::testing::ElementsAre;
using ::testing::HasSubstr;
using ::testing::IsEmpty;
using ::testing::Not;

struct DryRun : ::testing::Test {
  std::vector<StepResult> run(const Steps& steps) {
    return Remote(backend->server(Host("one")), output, random).run(steps);
  }
  std::vector<std::string> asked() const { return story.at("one"); }

  Interruption interruption;
  test::Story story;
  std::string out;
  Output output{[this](std::string_view text) { out += text; }, Color::never, Verbosity::info};
  test::FakeRandom random;
  std::unique_ptr<Backend> backend;
  FakeBackend* servers = nullptr;

  DryRun() {
    auto fake = std::make_unique<FakeBackend>(story, interruption);
    servers = fake.get();
    backend = dry_run(std::move(fake), output);
  }
};

TEST_F(DryRun, AsksQuestionsAndPretendsTheRest) {
  servers->answer("one", "docker ps", {.out = "shop\n"});
  const auto results = run({Step::run(question({"docker", "ps"})), Step::run({"docker", "stop", "shop"}),
                            Step::upload("text", "file", 0600)});
  ASSERT_EQ(results.size(), 3u);
  EXPECT_EQ(results[0].text(), "shop");
  EXPECT_TRUE(results[1].ok());
  EXPECT_TRUE(results[2].ok());
  EXPECT_THAT(asked(), ElementsAre("docker ps", "printf %s ''", "printf %s ''"));
  EXPECT_THAT(servers->uploads, IsEmpty());
  EXPECT_THAT(out,
              AllOf(HasSubstr("Running docker ps on one"), HasSubstr("Would run docker stop shop on one"),
                    HasSubstr("Would upload file to one")));
}

TEST_F(DryRun, AsksNothingForAListOfChanges) {
  EXPECT_EQ(run({Step::run({"docker", "stop", "shop"}), Step::run({"docker", "rm", "shop"})}).size(), 2u);
  EXPECT_THAT(asked(), IsEmpty());
  EXPECT_THAT(out, AllOf(HasSubstr("Would run docker stop shop on one"),
                         HasSubstr("Would run docker rm shop on one"), Not(HasSubstr("Finished"))));
}

TEST_F(DryRun, PretendsTheDeclaredOutputOfAQuestionAboutAChange) {
  const auto results = run({Step::run({"docker", "run", "shop"}),
                            Step::run(question({"docker", "inspect", "shop"})).pretend("healthy")});
  ASSERT_EQ(results.size(), 2u);
  EXPECT_EQ(results[1].text(), "healthy");
  EXPECT_THAT(asked(), IsEmpty());
}

TEST_F(DryRun, CallsBackForStepsOfBothKinds) {
  std::vector<size_t> finished;
  Remote remote(backend->server(Host("one")), output, random);
  remote.run({Step::run({"docker", "stop", "shop"}), Step::run(question({"docker", "ps"}))},
             [&](size_t step, const StepResult&) { finished.push_back(step); });
  EXPECT_THAT(finished, ElementsAre(0u, 1u));
}

TEST_F(DryRun, ReportsAQuestionThatFailsBeforeAnyChange) {
  servers->answer("one", "docker ps", {.status = 1, .err = "no daemon"});
  EXPECT_THROW(run({Step::run(question({"docker", "ps"}))}), CommandFailed);
}

TEST_F(DryRun, DoesNotMindAProgramThatAChangeWouldHaveInstalled) {
  run({Step::run({"install", "docker"})});
  servers->answer("one", "docker ps", {.status = 127, .out = "noise"});
  const auto results = run({Step::run(question({"docker", "ps"}))});
  ASSERT_EQ(results.size(), 1u);
  EXPECT_TRUE(results[0].ok());
  EXPECT_EQ(results[0].out, "");
}

TEST_F(DryRun, KeepsStatusesThatAreAnswers) {
  run({Step::run({"install", "docker"})});
  servers->answer("one", "test -e file", {.status = 1});
  const auto results = run({Step::run(question({"test", "-e", "file"})).ignore_failure()});
  ASSERT_EQ(results.size(), 1u);
  EXPECT_EQ(results[0].status, 1);
}

TEST_F(DryRun, NeitherAttachesNorForwardsNorReconnects) {
  Server& server = backend->server(Host("one"));
  EXPECT_EQ(server.run_interactively({"rails", "console"}), 0);
  EXPECT_EQ(server.stream({"rails", "console"}, [](Stream, std::string_view) { return true; }), 0);
  const auto forward = server.forward_to_local(5000, 5000);
  server.reconnect();
  EXPECT_THAT(asked(), IsEmpty());
  EXPECT_THAT(servers->forwards, IsEmpty());
  EXPECT_THAT(out, HasSubstr("Would run rails console on one"));
}

TEST(DryRunOfLocalCommands, RunsQuestionsOnly) {
  std::string out;
  Output output([&](std::string_view text) { out += text; }, Color::never, Verbosity::info);
  test::FakeProcesses processes;
  test::FakeRandom random;
  Local local(processes, output, random, Changes::pretend);
  EXPECT_TRUE(local.execute({"docker", "login"}).ok());
  EXPECT_TRUE(local.execute(question({"docker", "--version"})).ok());
  EXPECT_TRUE(local.execute({"hook"}, {.in_dry_run = true}).ok());
  EXPECT_THAT(processes.lines(), ElementsAre("docker --version", "hook"));
  EXPECT_THAT(out, HasSubstr("Would run docker login on localhost"));
}

}  // namespace
}  // namespace kamal::sshkit
