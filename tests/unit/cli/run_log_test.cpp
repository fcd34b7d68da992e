#include "cli/output/run_log.h"

#include <gmock/gmock.h>
#include <gtest/gtest.h>

#include "cli/exec.h"
#include "cli/failures.h"
#include "support/fake_effects.h"

namespace kamal::cli {
namespace {

using sshkit::Output;
using sshkit::Severity;
using sshkit::Verbosity;
using ::testing::ElementsAre;

// Records calls as text.
class RecordingSink : public LogSink {
 public:
  explicit RecordingSink(std::vector<std::string>& recorded) : recorded_(recorded) {}
  void begin(const std::string& command) override { recorded_.push_back("begin " + command); }
  void end(const std::string&, const CommandOutcome& outcome) override {
    std::string text = "end " + std::to_string(std::lround(outcome.seconds * 1000)) + "ms";
    if (outcome.failure) text += " " + outcome.failure->kind + ": " + outcome.failure->message;
    recorded_.push_back(text);
  }
  void close() override { recorded_.push_back("close"); }

 private:
  void sink_it_(const spdlog::details::log_msg& line) override {
    std::string where;
    for (const std::string place : {line.source.filename, line.source.funcname})
      where += place.empty() ? "" : place + "|";
    recorded_.push_back(where + plain_text(line));
  }

  std::vector<std::string>& recorded_;
};

class RunLogTest : public ::testing::Test {
 protected:
  RunLog log() {
    std::vector<std::shared_ptr<LogSink>> sinks;
    sinks.push_back(std::make_shared<RecordingSink>(recorded_));
    return RunLog(output_, clock_, "app", std::move(sinks));
  }

  Interruption interruption_;
  test::FakeClock clock_{interruption_};
  std::string shown_;
  Output output_{[this](std::string_view text) { shown_ += text; }, sshkit::Color::always, Verbosity::info};
  std::vector<std::string> recorded_;
};

TEST_F(RunLogTest, RecordsBeginEndAndTenthsOfSeconds) {
  RunLog log = this->log();
  log.record([&] { clock_.advance(std::chrono::milliseconds(1249)); });
  EXPECT_THAT(recorded_, ElementsAre("begin app", "end 1200ms"));
}

TEST_F(RunLogTest, RunsNestedWorkAsPart) {
  RunLog log = this->log();
  log.record([&] { log.record([&] { output_.say("inside"); }); });
  EXPECT_THAT(recorded_, ElementsAre("begin app", "inside", "end 0ms"));
}

TEST_F(RunLogTest, RecordsConsecutiveWork) {
  RunLog log = this->log();
  log.record([] {});
  log.record([] {});
  EXPECT_THAT(recorded_, ElementsAre("begin app", "end 0ms", "begin app", "end 0ms"));
}

TEST_F(RunLogTest, RecordsAndRethrowsFailure) {
  RunLog log = this->log();
  EXPECT_THROW(log.record([] { throw Error(ErrorKind::hook, "Hook `pre-deploy` failed"); }), Error);
  EXPECT_THAT(recorded_, ElementsAre("begin app", "end 0ms HookError: Hook `pre-deploy` failed"));
}

TEST_F(RunLogTest, RecordsNestedFailureOnce) {
  RunLog log = this->log();
  EXPECT_THROW(log.record([&] { log.record([] { throw Error(ErrorKind::lock, "taken"); }); }), Error);
  EXPECT_THAT(recorded_, ElementsAre("begin app", "end 0ms LockError: taken"));
}

TEST_F(RunLogTest, RecordsWorkAfterFailure) {
  RunLog log = this->log();
  EXPECT_THROW(log.record([] { throw Error(ErrorKind::lock, "taken"); }), Error);
  log.record([] {});
  EXPECT_THAT(recorded_, ElementsAre("begin app", "end 0ms LockError: taken", "begin app", "end 0ms"));
}

TEST_F(RunLogTest, RecordsExitStatusAsFailure) {
  RunLog log = this->log();
  EXPECT_THROW(log.record([] { throw ExitStatus{3}; }), ExitStatus);
  EXPECT_THAT(recorded_, ElementsAre("begin app", "end 0ms ExitStatus: a program failed"));
}

TEST_F(RunLogTest, StripsColors) {
  const RunLog log = this->log();
  output_.command_started("ab12", "1.1.1.1", "docker ps", Severity::info);
  EXPECT_THAT(recorded_, ElementsAre("1.1.1.1|  INFO [ab12] Running docker ps on 1.1.1.1"));
}

TEST_F(RunLogTest, StripsControlSequencesOfPrograms) {
  const RunLog log = this->log();
  output_.command_output("ab12", "1.1.1.1", Stream::out, "\x1b[2Kmoved \x1b[1mmany\x1b[0m layers");
  EXPECT_THAT(recorded_, ElementsAre("1.1.1.1|stdout| DEBUG [ab12] 1.1.1.1: moved many layers"));
}

TEST_F(RunLogTest, NamesLocalhost) {
  const RunLog log = this->log();
  output_.command_started("ab12", "", "git push", Severity::info);
  output_.command_output("ab12", "", Stream::err, "done");
  output_.command_finished("ab12", "", {1, 0}, Severity::info);
  EXPECT_THAT(
      recorded_,
      ElementsAre("localhost|  INFO [ab12] Running git push on localhost",
                  "localhost|stderr| DEBUG [ab12] done",
                  "localhost|  INFO [ab12] Finished in 1.000 seconds with exit status 0 (successful)."));
}

TEST_F(RunLogTest, RecordsHiddenLines) {
  const RunLog log = this->log();
  output_.log(Severity::debug, "detail");
  EXPECT_EQ(shown_, "");
  EXPECT_THAT(recorded_, ElementsAre(" DEBUG detail"));
}

TEST_F(RunLogTest, OmitsResults) {
  const RunLog log = this->log();
  output_.result("the answer");
  EXPECT_THAT(recorded_, ElementsAre());
}

TEST_F(RunLogTest, StopsAtEndOfScope) {
  { const RunLog log = this->log(); }
  output_.say("later");
  EXPECT_THAT(recorded_, ElementsAre());
}

TEST_F(RunLogTest, ClosesSinks) {
  RunLog log = this->log();
  log.close();
  EXPECT_THAT(recorded_, ElementsAre("close"));
}

}  // namespace
}  // namespace kamal::cli
