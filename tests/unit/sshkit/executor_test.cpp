#include "kamal/sshkit/executor.h"

#include <gmock/gmock.h>
#include <gtest/gtest.h>

#include <array>
#include <atomic>
#include <csignal>
#include <mutex>

#include "support/fake_backend.h"
#include "support/fake_effects.h"
#include "support/waiting.h"

namespace kamal::sshkit {
namespace {

using test::FakeBackend;
using ::testing::AllOf;
using ::testing::ElementsAre;
using ::testing::EndsWith;
using ::testing::HasSubstr;
using ::testing::IsEmpty;
using ::testing::Not;
using ::testing::SizeIs;
using ::testing::StartsWith;
using ::testing::UnorderedElementsAre;

Step step(Command command, OnFailure on_failure = OnFailure::stop) {
  return {.action = std::move(command), .on_failure = on_failure};
}

class ExecutorTest : public ::testing::Test {
 protected:
  void on(const std::vector<Host>& hosts, const Executor::Recipe& recipe) {
    std::vector<Executor::Task> tasks;
    for (const Host& host : hosts) tasks.push_back({host, recipe});
    executor_.on_each(tasks);
  }

  // The failures of a recipe on hosts, as "HOST: MESSAGE".
  std::vector<std::string> failures_on(const std::vector<Host>& hosts, const Executor::Recipe& recipe) {
    std::vector<std::string> failures;
    try {
      on(hosts, recipe);
    } catch (const ExecuteError& error) {
      for (const HostFailure& failure : error.failures())
        failures.push_back(failure.host.str() + ": " + failure.message);
    }
    return failures;
  }

  Interruption interruption_;
  test::Story story_;
  FakeBackend servers_{story_, interruption_};
  std::mutex mutex_;
  std::string out_;
  Output output_{[this](std::string_view text) { out_ += text; }, Color::never, Verbosity::info};
  test::FakeRandom random_;
  test::FakeProcesses processes_;
  Executor executor_{servers_, output_, random_, interruption_};
  Local local_{processes_, output_, random_};
  const Host one_{"one"}, two_{"two"};
  const test::Deadline deadline_{interruption_};
};

TEST_F(ExecutorTest, RunsARecipeOnEveryHost) {
  on({one_, two_}, [](Remote& remote) { remote.execute({"hostname"}); });
  EXPECT_THAT(story_.of({"hostname"}), UnorderedElementsAre("one: hostname", "two: hostname"));
}

TEST_F(ExecutorTest, ShowsNoOutputOfConfidentialSteps) {
  output_.set_verbosity(Verbosity::debug);
  servers_.answer("one", "cat secrets", {0, "sesame\n", "poppy\n"});
  on({one_}, [](Remote& remote) {
    EXPECT_EQ(remote.run({Step::run({"cat", "secrets"}).confidential()}).front().text(), "sesame");
  });
  EXPECT_THAT(out_, AllOf(HasSubstr("Running cat secrets on one"), Not(HasSubstr("sesame")),
                          Not(HasSubstr("poppy"))));
}

TEST_F(ExecutorTest, RunsOnAllHostsAtOnce) {
  test::Meeting both_there(2);
  on({one_, two_}, [&](Remote&) { both_there.arrive_and_wait(); });
  EXPECT_TRUE(both_there.complete());
}

TEST_F(ExecutorTest, RunsTasksOfOneHostInParallel) {
  test::Meeting both_there(2);
  const Executor::Recipe meet = [&](Remote&) { both_there.arrive_and_wait(); };
  executor_.on_each({{one_, meet}, {one_, meet}});
  EXPECT_TRUE(both_there.complete());
}

TEST_F(ExecutorTest, WaitsForAllHostsIfOneFails) {
  std::atomic<bool> ended = false;
  failures_on({one_, two_}, [&](Remote& remote) {
    if (remote.host() == one_) throw std::runtime_error("failed");
    ended = true;
  });
  EXPECT_TRUE(ended);
}

TEST_F(ExecutorTest, ReportsEveryFailure) {
  const auto failures = failures_on(
      {one_, two_}, [](Remote& remote) { throw std::runtime_error("no " + remote.host().str()); });
  EXPECT_THAT(failures, UnorderedElementsAre("one: no one", "two: no two"));
}

TEST_F(ExecutorTest, KeepsTheCauseOfAFailure) {
  try {
    on({one_}, [](Remote&) { throw ConnectionError("gone"); });
    FAIL() << "no failure";
  } catch (const ExecuteError& error) {
    EXPECT_THROW(std::rethrow_exception(error.failures().at(0).cause), ConnectionError);
  }
}

TEST_F(ExecutorTest, ReportsUnreachableHosts) {
  servers_.unreachable("two");
  EXPECT_THAT(failures_on({one_, two_}, [](Remote&) {}), ElementsAre("two: Can't connect to two"));
}

TEST_F(ExecutorTest, ReportsTheEndOfEveryTask) {
  servers_.unreachable("two");
  std::array<int, 4> ended{};
  const auto ending_as = [&](size_t i, TaskOutcome expected) {
    return [&ended, i, expected](TaskOutcome outcome) { ended[i] += outcome == expected ? 1 : 100; };
  };
  const Executor::Task fine{one_, [](Remote&) {}, ending_as(0, TaskOutcome::done)};
  const Executor::Task failing{one_, [](Remote&) { throw std::runtime_error("failed"); },
                               ending_as(1, TaskOutcome::failed)};
  const Executor::Task unreachable{two_, [](Remote&) {}, ending_as(2, TaskOutcome::failed)};
  EXPECT_THROW(executor_.on_each({fine, failing, unreachable}), ExecuteError);
  const Executor::Task interrupted{one_, [](Remote&) { throw Interrupted(SIGINT); },
                                   ending_as(3, TaskOutcome::interrupted)};
  EXPECT_THROW(executor_.on_each({interrupted}), Interrupted);
  EXPECT_THAT(ended, ElementsAre(1, 1, 1, 1));
}

TEST_F(ExecutorTest, DoesNothingInAnInterruptedRun) {
  interruption_.request(SIGINT);
  bool began = false;
  const Executor::Task task{one_, [](Remote&) {}, [&](TaskOutcome) { began = true; }};
  EXPECT_THROW(executor_.on_each({task}), Interrupted);
  EXPECT_FALSE(began);
}

TEST_F(ExecutorTest, ReportsASignalRatherThanFailures) {
  test::Meeting failed(2);
  const auto meet = [&] { EXPECT_TRUE(failed.arrive_and_wait()); };
  const Executor::Task failing{two_, [](Remote&) { throw std::runtime_error("failed"); },
                               [&](TaskOutcome) { meet(); }};
  const Executor::Task interrupted{one_,
                                   [&](Remote& remote) {
                                     meet();
                                     interruption_.request(SIGTERM);
                                     remote.execute({"x"});
                                   },
                                   {}};
  EXPECT_THROW(executor_.on_each({failing, interrupted}), Interrupted);
}

TEST_F(ExecutorTest, RunsDuringCleanUp) {
  interruption_.request(SIGINT);
  const CleanUp clean_up(interruption_);
  on({one_}, [](Remote& remote) { remote.execute({"rm", "lock"}); });
  EXPECT_THAT(story_.at("one"), ElementsAre("rm lock"));
}

TEST_F(ExecutorTest, DoesNothingWithoutHosts) {
  int recipes = 0;
  on({}, [&](Remote&) { ++recipes; });
  EXPECT_EQ(recipes, 0);
  on({one_}, [&](Remote&) { ++recipes; });
  EXPECT_EQ(recipes, 1);
}

TEST_F(ExecutorTest, SendsAListOfStepsInOneRoundTrip) {
  on({one_}, [](Remote& remote) { remote.run({step({"a"}), step({"b"}), step({"c"})}); });
  EXPECT_EQ(servers_.round_trips["one"], 1);
}

TEST_F(ExecutorTest, SendsNothingForAnEmptyList) {
  on({one_}, [](Remote& remote) { EXPECT_THAT(remote.run({}), IsEmpty()); });
  EXPECT_EQ(servers_.round_trips["one"], 0);
}

TEST_F(ExecutorTest, ReturnsTheResultOfEveryStep) {
  servers_.answer("one", "b", {0, " text \n", ""});
  on({one_}, [](Remote& remote) {
    const std::vector<StepResult> results = remote.run({step({"a"}), step({"b"})});
    ASSERT_THAT(results, SizeIs(2));
    EXPECT_EQ(results.at(1).out, " text \n");
    EXPECT_EQ(results.at(1).text(), "text");
  });
}

TEST_F(ExecutorTest, FailsWithTheStepThatStoppedTheList) {
  servers_.answer("one", "b", {3, "said\n", "complained\n"});
  EXPECT_THAT(failures_on({one_},
                          [](Remote& remote) {
                            remote.run({step({"a"}), step({"b"}), step({"c"})});
                          }),
              ElementsAre("one: b\n  exit status: 3\n  stdout: said\n  stderr: complained"));
  EXPECT_THAT(story_.at("one"), ElementsAre("a", "b"));
}

TEST_F(ExecutorTest, ContinuesAfterAnIgnoredFailure) {
  servers_.answer("one", "a", {1, "", ""});
  on({one_}, [](Remote& remote) {
    const auto results = remote.run({step({"a"}, OnFailure::ignore), step({"b"})});
    EXPECT_FALSE(results.at(0).ok());
  });
  EXPECT_THAT(story_.at("one"), ElementsAre("a", "b"));
}

TEST_F(ExecutorTest, SucceedsIfTheLastFailureIsIgnored) {
  servers_.answer("one", "a", {1, "", ""});
  EXPECT_THAT(failures_on({one_}, [](Remote& remote) { remote.execute({"a"}, OnFailure::ignore); }),
              IsEmpty());
}

TEST_F(ExecutorTest, RedactsSecretsOfAFailedCommand) {
  servers_.answer("one", "login", {1, "", "denied\n"});
  const auto failures = failures_on({one_}, [](Remote& remote) {
    remote.execute({"login", Argument::sensitive("sesame")});
  });
  EXPECT_THAT(failures, ElementsAre(HasSubstr("login [REDACTED]\n")));
}

TEST_F(ExecutorTest, ReportsTheEndOfEachStepAtOnce) {
  std::vector<size_t> ended;
  on({one_}, [&](Remote& remote) {
    remote.run({step({"a"}), step({"b"})}, [&](size_t index, const StepResult&) {
      ended.push_back(index);
      story_.add("here", "heard of " + std::to_string(index));
    });
  });
  EXPECT_THAT(story_.of({""}), ElementsAre("one: a", "here: heard of 0", "one: b", "here: heard of 1"));
}

TEST_F(ExecutorTest, CapturesStrippedOutput) {
  servers_.answer("one", "uname", {0, "\nLinux \n\n", ""});
  on({one_}, [](Remote& remote) { EXPECT_EQ(remote.capture({"uname"}), "Linux"); });
}

TEST_F(ExecutorTest, GivesEachStepAnId) {
  on({one_}, [](Remote& remote) { remote.run({step({"a"}), step({"b"})}); });
  EXPECT_EQ(out_,
            "  INFO [01234567] Running a on one\n"
            "  INFO [01234567] Finished in 0.000 seconds with exit status 0 (successful) on one.\n"
            "  INFO [89abcdef] Running b on one\n"
            "  INFO [89abcdef] Finished in 0.000 seconds with exit status 0 (successful) on one.\n");
}

TEST_F(ExecutorTest, HidesDebugSteps) {
  on({one_}, [](Remote& remote) { remote.execute({"a"}, OnFailure::stop, LogLevel::debug); });
  EXPECT_EQ(out_, "");
}

TEST_F(ExecutorTest, ShowsOutputWhenVerbose) {
  output_.set_verbosity(Verbosity::debug);
  servers_.answer("one", "a", {0, "x\n", "y\n"});
  on({one_}, [](Remote& remote) { remote.execute({"a"}); });
  EXPECT_THAT(out_, AllOf(HasSubstr(" DEBUG [01234567] one: x\n"), HasSubstr(" DEBUG [01234567] one: y\n")));
}

TEST_F(ExecutorTest, ShowsThePathOfUploads) {
  on({one_}, [](Remote& remote) { remote.run({Step::upload("sesame", ".kamal/env", 0600)}); });
  EXPECT_THAT(out_, StartsWith("  INFO [01234567] Running Uploading .kamal/env on one\n"));
}

TEST_F(ExecutorTest, RunsPlainLocalCommandsWithoutAShell) {
  local_.execute({"git", "log", "two words"});
  EXPECT_THAT(processes_.calls().at(0).process.argv, ElementsAre("git", "log", "two words"));
}

TEST_F(ExecutorTest, RunsOtherLocalCommandsInAShell) {
  local_.execute(pipe({{"ls", "a b"}, {"wc", "-l"}}));
  EXPECT_THAT(processes_.calls().at(0).process.argv, ElementsAre("sh", "-c", "ls 'a b' | wc -l"));
}

TEST_F(ExecutorTest, PassesInputEnvironmentAndDirectoryToLocalCommands) {
  Local::Options options;
  options.directory = "/build";
  options.env = {{"A", "1"}};
  local_.execute(Command{"cat"}.with_input("text").with_env("B", "2"), options);
  const test::FakeProcesses::Call call = processes_.calls().at(0);
  EXPECT_EQ(call.process.input, "text");
  EXPECT_EQ(call.process.directory, "/build");
  EXPECT_EQ(call.env("A") + call.env("B"), "12");
}

TEST_F(ExecutorTest, FailsIfALocalCommandFails) {
  processes_.answer("make", ProcessResult{2, "", "no rule\n", false});
  try {
    local_.execute({"make"});
    FAIL() << "no failure";
  } catch (const CommandFailed& failure) {
    EXPECT_STREQ(failure.what(), "make\n  exit status: 2\n  stdout: nothing written\n  stderr: no rule");
  }
}

// Time passes a thousand times as fast.
class WaitingExecutorTest : public ExecutorTest {
 protected:
  bool eventually_says(const std::string& text) {
    return test::eventually([&] {
      const std::lock_guard lock(mutex_);
      return said_.find(text) != std::string::npos;
    });
  }

  std::string said_;
  Output fast_{[this](std::string_view text) {
                 const std::lock_guard lock(mutex_);
                 said_ += text;
               },
               Color::never, Verbosity::info, 1000};
};

TEST_F(WaitingExecutorTest, SaysThatAServersCommandIsStillRunning) {
  servers_.before("one", "sleep", [&] { EXPECT_TRUE(eventually_says("Still running on one after")); });
  Executor(servers_, fast_, random_, interruption_).on_each({{one_, [](Remote& remote) {
                                                                remote.execute({"sleep"});
                                                              }}});
}

TEST_F(WaitingExecutorTest, SaysThatALocalCommandIsStillRunning) {
  processes_.answer("make", [&](const Process&) {
    EXPECT_TRUE(eventually_says("Still running on localhost after"));
    return test::says("");
  });
  Local(processes_, fast_, random_).execute({"make"});
}

TEST_F(ExecutorTest, IgnoresAFailedLocalCommandOnRequest) {
  processes_.answer("make", test::fails(2));
  Local::Options options;
  options.on_failure = OnFailure::ignore;
  EXPECT_EQ(local_.execute({"make"}, options).status, 2);
}

TEST_F(ExecutorTest, ShowsLocalOutputLineByLine) {
  output_.set_verbosity(Verbosity::debug);
  processes_.answer("make", test::says("one\ntwo\nthree"));
  local_.execute({"make"});
  EXPECT_THAT(out_, StartsWith("  INFO [01234567] Running make on localhost\n"
                               " DEBUG [01234567] one\n"
                               " DEBUG [01234567] two\n"
                               " DEBUG [01234567] three\n"
                               "  INFO [01234567] Finished in "));
  EXPECT_THAT(out_, EndsWith(" seconds with exit status 0 (successful).\n"));
}

TEST_F(ExecutorTest, CapturesStrippedLocalOutput) {
  processes_.answer("uname", test::says(" Linux\n"));
  EXPECT_EQ(local_.capture({"uname"}), "Linux");
}

}  // namespace
}  // namespace kamal::sshkit
