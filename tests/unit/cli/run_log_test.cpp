#include "cli/run_log/run_log.h"

#include <gmock/gmock.h>
#include <gtest/gtest.h>

#include "cli/errors.h"
#include "cli/exit_status.h"
#include "support/fake_effects.h"

namespace kamal::cli {
namespace {

using sshkit::Output;
using sshkit::Severity;
using sshkit::Verbosity;
using testing::ElementsAre;

// Keeps what it gets as lines of text.
class KeepingSink : public LogSink {
 public:
  explicit KeepingSink(std::vector<std::string>& kept) : kept_(kept) {}
  void begin(const LoggedCommand& command) override { kept_.push_back("begin " + command.name); }
  void line(const Output::Line& line) override {
    const std::string where = line.host.empty() ? "" : std::string(line.host) + "|";
    const std::string stream = line.stream.empty() ? "" : std::string(line.stream) + "|";
    kept_.push_back(where + stream + std::string(line.text));
  }
  void end(const LoggedCommand&, const Ending& ending) override {
    std::string text = "end " + std::to_string(std::lround(ending.seconds * 1000)) + "ms";
    if (ending.failure) text += " " + ending.failure->type + ": " + ending.failure->message;
    kept_.push_back(text);
  }
  void close() override { kept_.push_back("close"); }

 private:
  std::vector<std::string>& kept_;
};

class RunLogTest : public testing::Test {
 protected:
  RunLog log() {
    std::vector<std::unique_ptr<LogSink>> sinks;
    sinks.push_back(std::make_unique<KeepingSink>(kept_));
    return RunLog(output_, clock_, {.name = "app"}, std::move(sinks));
  }

  Interruption interruption_;
  test::FakeClock clock_{interruption_};
  std::string shown_;
  Output output_{[this](std::string_view text) { shown_ += text; }, sshkit::Color::always, Verbosity::info};
  std::vector<std::string> kept_;
};

TEST_F(RunLogTest, TellsBeginAndEndAndTenthsOfSeconds) {
  RunLog log = this->log();
  log.record([&] { clock_.advance(std::chrono::milliseconds(1249)); });
  EXPECT_THAT(kept_, ElementsAre("begin app", "end 1200ms"));
}

TEST_F(RunLogTest, WorkWithinWorkIsPartOfIt) {
  RunLog log = this->log();
  log.record([&] { log.record([&] { output_.say("inside"); }); });
  EXPECT_THAT(kept_, ElementsAre("begin app", "inside\n", "end 0ms"));
}

TEST_F(RunLogTest, OneWorkAfterTheOtherIsToldTwice) {
  RunLog log = this->log();
  log.record([] {});
  log.record([] {});
  EXPECT_THAT(kept_, ElementsAre("begin app", "end 0ms", "begin app", "end 0ms"));
}

TEST_F(RunLogTest, TellsAFailureAndPassesItOn) {
  RunLog log = this->log();
  EXPECT_THROW(log.record([] { throw HookError("Hook `pre-deploy` failed"); }), HookError);
  EXPECT_THAT(kept_, ElementsAre("begin app", "end 0ms HookError: Hook `pre-deploy` failed"));
}

TEST_F(RunLogTest, AFailureWithinWorkIsToldOnce) {
  RunLog log = this->log();
  EXPECT_THROW(log.record([&] { log.record([] { throw LockError("taken"); }); }), LockError);
  EXPECT_THAT(kept_, ElementsAre("begin app", "end 0ms LockError: taken"));
}

TEST_F(RunLogTest, WorkAfterAFailureIsToldAsWell) {
  RunLog log = this->log();
  EXPECT_THROW(log.record([] { throw LockError("taken"); }), LockError);
  log.record([] {});
  EXPECT_THAT(kept_, ElementsAre("begin app", "end 0ms LockError: taken", "begin app", "end 0ms"));
}

TEST_F(RunLogTest, TheExitStatusOfAProgramIsAFailure) {
  RunLog log = this->log();
  EXPECT_THROW(log.record([] { throw ExitStatus{3}; }), ExitStatus);
  EXPECT_THAT(kept_, ElementsAre("begin app", "end 0ms ExitStatus: ended by a program's exit status"));
}

TEST_F(RunLogTest, LinesHaveNoColors) {
  const RunLog log = this->log();
  output_.command_started("ab12", "1.1.1.1", "docker ps", Severity::info);
  EXPECT_THAT(kept_, ElementsAre("1.1.1.1|  INFO [ab12] Running docker ps on 1.1.1.1\n"));
}

TEST_F(RunLogTest, ControlSequencesOfProgramsLeaveTheirTextWhole) {
  const RunLog log = this->log();
  output_.command_output("ab12", "1.1.1.1", Stream::out, "\x1b[2Kmoved \x1b[1mmany\x1b[0m layers");
  EXPECT_THAT(kept_, ElementsAre("1.1.1.1|stdout| DEBUG [ab12] 1.1.1.1: moved many layers\n"));
}

TEST_F(RunLogTest, CommandsOfThisMachineHaveItsName) {
  const RunLog log = this->log();
  output_.command_started("ab12", "", "git push", Severity::info);
  output_.command_output("ab12", "", Stream::err, "done");
  output_.command_finished("ab12", "", 1, 0, Severity::info);
  EXPECT_THAT(
      kept_,
      ElementsAre("localhost|  INFO [ab12] Running git push on localhost\n",
                  "localhost|stderr| DEBUG [ab12] done\n",
                  "localhost|  INFO [ab12] Finished in 1.000 seconds with exit status 0 (successful).\n"));
}

TEST_F(RunLogTest, WhatIsNotShownIsLoggedToo) {
  const RunLog log = this->log();
  output_.log(Severity::debug, "detail");
  EXPECT_EQ(shown_, "");
  EXPECT_THAT(kept_, ElementsAre(" DEBUG detail\n"));
}

TEST_F(RunLogTest, ResultsOfCommandsAreNotLogged) {
  const RunLog log = this->log();
  output_.result("the answer");
  EXPECT_THAT(kept_, ElementsAre());
}

TEST_F(RunLogTest, NothingIsLoggedAfterItsEnd) {
  { const RunLog log = this->log(); }
  output_.say("later");
  EXPECT_THAT(kept_, ElementsAre());
}

TEST_F(RunLogTest, ClosesItsSinks) {
  RunLog log = this->log();
  log.close();
  EXPECT_THAT(kept_, ElementsAre("close"));
}

}  // namespace
}  // namespace kamal::cli
