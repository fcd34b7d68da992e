#include "kamal/sshkit/output.h"

#include <fmt/format.h>
#include <gmock/gmock.h>
#include <gtest/gtest.h>
#include <spdlog/sinks/base_sink.h>

#include <thread>
#include <vector>

#include "kamal/sshkit/server.h"
#include "support/waiting.h"

namespace kamal::sshkit {
namespace {

using ::testing::AllOf;
using ::testing::ElementsAre;
using ::testing::HasSubstr;
using ::testing::Not;

class OutputTest : public ::testing::Test {
 protected:
  Output output(Verbosity verbosity, Color color = Color::never) {
    return {[this](std::string_view text) { pieces_.emplace_back(text); }, color, verbosity};
  }
  std::string shown() const {
    std::string all;
    for (const std::string& piece : pieces_) all += piece;
    return all;
  }

  std::vector<std::string> pieces_;
};

struct Recorder : CommandObserver {
  void started(std::string_view id, std::string_view host, std::string_view command) override {
    events.push_back(fmt::format("{} {}: started {}", id, host, command));
  }
  void printed(std::string_view id, std::string_view host, Stream stream, std::string_view line) override {
    events.push_back(fmt::format("{} {}: {} {}", id, host, stream == Stream::out ? "out" : "err", line));
  }
  void finished(std::string_view id, std::string_view host, const CommandEnding& ending) override {
    events.push_back(fmt::format("{} {}: ended with {}", id, host, ending.status));
  }

  std::vector<std::string> events;
};

void tell_everything(Output& output) {
  output.log(Severity::debug, "debug");
  output.log(Severity::info, "info");
  output.log(Severity::warn, "warn");
  output.log(Severity::error, "error");
}

TEST_F(OutputTest, ShowsEverythingIfVerbose) {
  Output verbose = output(Verbosity::debug);
  tell_everything(verbose);
  EXPECT_EQ(shown(), " DEBUG debug\n  INFO info\n  WARN warn\n ERROR error\n");
}

TEST_F(OutputTest, ShowsNoDetailsByDefault) {
  Output usual = output(Verbosity::info);
  tell_everything(usual);
  EXPECT_EQ(shown(), "  INFO info\n  WARN warn\n ERROR error\n");
}

TEST_F(OutputTest, NotifiesObserversWhateverItShows) {
  Output quiet = output(Verbosity::error, Color::always);
  quiet.hide("hunter22-hunter22");
  Recorder recorder;
  quiet.add_observer(recorder);
  quiet.command_started("12ab", "1.1.1.1", "docker ps", Severity::debug);
  quiet.command_output("12ab", "1.1.1.1", Stream::err, "\x1b[31mhunter22-hunter22 \x1b[0mis wrong");
  quiet.command_finished("12ab", "1.1.1.1", {.status = 3}, Severity::debug);
  quiet.remove_observer(recorder);
  quiet.command_started("34cd", "1.1.1.1", "docker ps", Severity::debug);
  EXPECT_THAT(recorder.events,
              ElementsAre("12ab 1.1.1.1: started docker ps", "12ab 1.1.1.1: err [REDACTED] is wrong",
                          "12ab 1.1.1.1: ended with 3"));
  EXPECT_EQ(shown(), "");
}

TEST_F(OutputTest, ShowsErrorsOnlyIfQuiet) {
  Output quiet = output(Verbosity::error);
  tell_everything(quiet);
  EXPECT_EQ(shown(), " ERROR error\n");
}

TEST_F(OutputTest, ShowsResultsIfQuiet) {
  Output quiet = output(Verbosity::error);
  quiet.result("42");
  EXPECT_EQ(shown(), "42\n");
}

TEST_F(OutputTest, WritesRawTextUnchanged) {
  Output usual = output(Verbosity::info, Color::always);
  usual.raw("no line end");
  EXPECT_EQ(shown(), "no line end");
}

TEST_F(OutputTest, ShowsRemarksByDefault) {
  Output usual = output(Verbosity::info);
  usual.say("Acquiring the deploy lock...", Output::Tone::step);
  EXPECT_EQ(shown(), "Acquiring the deploy lock...\n");
}

TEST_F(OutputTest, PaintsRemarksByTheirTone) {
  Output colored = output(Verbosity::info, Color::always);
  colored.say("step", Output::Tone::step);
  colored.say("warning", Output::Tone::warning);
  colored.say("failure", Output::Tone::failure);
  colored.say("plain");
  EXPECT_EQ(shown(), "\x1b[35mstep\x1b[0m\n\x1b[33mwarning\x1b[0m\n\x1b[31mfailure\x1b[0m\nplain\n");
}

TEST_F(OutputTest, PaintsStandardErrorRed) {
  Output colored = output(Verbosity::debug, Color::always);
  colored.command_output("id", "", Stream::out, "said");
  colored.command_output("id", "", Stream::err, "complained");
  EXPECT_THAT(shown(), AllOf(HasSubstr("\x1b[32msaid\x1b[0m"), HasSubstr("\x1b[31mcomplained\x1b[0m")));
}

TEST_F(OutputTest, PaintsNothingWithoutColor) {
  Output plain = output(Verbosity::debug);
  plain.command_started("id", "host", "ls", Severity::info);
  plain.command_output("id", "host", Stream::err, "x");
  plain.command_finished("id", "host", {0.5, 1}, Severity::info);
  plain.say("warning", Output::Tone::warning);
  EXPECT_THAT(shown(), Not(HasSubstr("\x1b")));
}

TEST_F(OutputTest, ShowsTheProgressOfACommand) {
  Output verbose = output(Verbosity::debug);
  verbose.command_started("0123", "one", "ls -l", Severity::info);
  verbose.command_output("0123", "one", Stream::out, "file");
  verbose.command_finished("0123", "one", {1.23456, 0}, Severity::info);
  EXPECT_EQ(shown(),
            "  INFO [0123] Running ls -l on one\n"
            " DEBUG [0123] one: file\n"
            "  INFO [0123] Finished in 1.235 seconds with exit status 0 (successful) on one.\n");
}

TEST_F(OutputTest, ShowsThatACommandFailed) {
  Output usual = output(Verbosity::info);
  usual.command_finished("0123", "one", {0, 3}, Severity::info);
  EXPECT_EQ(shown(), "  INFO [0123] Finished in 0.000 seconds with exit status 3 (failed) on one.\n");
}

TEST_F(OutputTest, CallsAnExpectedFailureIgnored) {
  Output usual = output(Verbosity::info);
  usual.command_finished("0123", "one", {0, 3, false}, Severity::info);
  EXPECT_EQ(shown(), "  INFO [0123] Finished in 0.000 seconds with exit status 3 (ignored) on one.\n");
}

TEST_F(OutputTest, CallsThisMachineLocalhost) {
  Output verbose = output(Verbosity::debug);
  verbose.command_started("0123", "", "ls", Severity::info);
  verbose.command_output("0123", "", Stream::out, "file");
  EXPECT_EQ(shown(), "  INFO [0123] Running ls on localhost\n DEBUG [0123] file\n");
}

// What a log gets: HOST STREAM: TEXT.
class RecordingLog : public spdlog::sinks::base_sink<std::mutex> {
 public:
  std::vector<std::string> lines;

 private:
  void sink_it_(const spdlog::details::log_msg& line) override {
    lines.push_back(fmt::format("{} {}: {}", line.source.filename, line.source.funcname,
                                kamal::printable({line.payload.data(), line.payload.size()})));
  }
  void flush_() override {}
};

TEST_F(OutputTest, RedactsSecretsThatCommandsPrint) {
  Output verbose = output(Verbosity::debug);
  const auto log = std::make_shared<RecordingLog>();
  verbose.add_log(log);
  verbose.hide("opensesame");
  verbose.command_output("id", "one", Stream::out, "TOKEN=opensesame");
  EXPECT_EQ(shown(), " DEBUG [id] one: TOKEN=[REDACTED]\n");
  EXPECT_THAT(log->lines, ElementsAre("one stdout:  DEBUG [id] one: TOKEN=[REDACTED]"));
}

TEST_F(OutputTest, RedactsPartlyColoredSecrets) {
  Output colored = output(Verbosity::debug, Color::always);
  colored.hide("opensesame");
  colored.command_output("id", "", Stream::out, "open\x1b[1msesame\x1b[0m");
  EXPECT_THAT(shown(), HasSubstr("\x1b[32m[REDACTED]\x1b[0m"));
}

TEST_F(OutputTest, RedactsNothingInItsOwnWordsAndInResults) {
  Output usual = output(Verbosity::info);
  usual.hide("production");
  usual.command_started("id", "production.example.com", "deploy production", Severity::info);
  usual.say("Deploying to production");
  usual.log(Severity::warn, "production is slow");
  usual.result("production");
  usual.raw("production\n");
  EXPECT_EQ(shown(),
            "  INFO [id] Running deploy production on production.example.com\n"
            "Deploying to production\n  WARN production is slow\nproduction\nproduction\n");
}

TEST_F(OutputTest, LeavesOnlyColorsInWhatCommandsPrint) {
  Output colored = output(Verbosity::debug, Color::always);
  colored.command_output("id", "", Stream::out, "\x1b[2J\x1b[1mbold\x1b[0m");
  EXPECT_THAT(shown(), HasSubstr("\x1b[32m\x1b[1mbold\x1b[0m\x1b[0m"));
  pieces_.clear();
  Output plain = output(Verbosity::debug);
  plain.command_output("id", "", Stream::out, "\x1b[2J\x1b[1mbold\x1b[0m");
  EXPECT_EQ(shown(), " DEBUG [id] bold\n");
}

TEST_F(OutputTest, LeavesResultsByteForByte) {
  Output usual = output(Verbosity::info);
  usual.result("\x1b[2J\a\r");
  usual.raw("\x1b[2J\a\r");
  EXPECT_EQ(shown(), "\x1b[2J\a\r\n\x1b[2J\a\r");
}

TEST_F(OutputTest, ShowsNoControlCharactersInMessages) {
  Output usual = output(Verbosity::info);
  usual.say("held by \x1b]0;title\aAnn\nsince noon");
  usual.log(Severity::info, "a\x1b[2Jb");
  EXPECT_EQ(shown(), "held by Ann\nsince noon\n  INFO ab\n");
}

TEST_F(OutputTest, MakesErrorsReadable) {
  Output usual = output(Verbosity::info);
  usual.hide("opensesame");
  EXPECT_STREQ(
      CommandFailed("ls opensesame", {2, "opensesame\n", "\x1b[31mno opensesame\x1b[0m\n", {}}, usual).what(),
      "ls opensesame\n  exit status: 2\n  stdout: [REDACTED]\n  stderr: no [REDACTED]");
}

class WaitingOutputTest : public OutputTest {
 protected:
  // What is shown in the first seconds of a long command, of which lines may be shown.
  std::string first_words(const std::string& command, Verbosity verbosity) {
    Output fast({[this](std::string_view text) {
                  const std::lock_guard lock(mutex_);
                  pieces_.emplace_back(text);
                }},
                Color::never, verbosity, 1000);
    pieces_.clear();
    const auto wait = fast.command_wait("0123", "one", command);
    test::eventually(
        [&] {
          const std::lock_guard lock(mutex_);
          return !pieces_.empty();
        },
        std::chrono::seconds(verbosity == Verbosity::error ? 0 : 10));
    const std::lock_guard lock(mutex_);
    return pieces_.empty() ? "" : pieces_.front();
  }
  std::mutex mutex_;
};

TEST_F(WaitingOutputTest, SaysThatACommandIsStillRunning) {
  EXPECT_THAT(
      first_words("docker run x", Verbosity::info),
      ::testing::MatchesRegex("  INFO \\[0123\\] Still running on one after [0-9]+s: docker run x\n"));
}

TEST_F(WaitingOutputTest, ShortensLongCommands) {
  EXPECT_THAT(first_words(std::string(99, 'x') + "\u00e9 and more", Verbosity::info),
              ::testing::EndsWith(" " + std::string(99, 'x') + "...\n"));
  EXPECT_THAT(first_words("first\nsecond", Verbosity::info), ::testing::EndsWith(": first...\n"));
}

TEST_F(WaitingOutputTest, SaysNothingToTheQuiet) { EXPECT_EQ(first_words("ls", Verbosity::error), ""); }

TEST_F(OutputTest, WritesWholeLinesFromManyThreads) {
  Output usual = output(Verbosity::info);
  {
    std::vector<std::jthread> threads;
    for (int i = 0; i < 8; ++i) {
      threads.emplace_back([&usual] {
        for (int n = 0; n < 100; ++n) usual.log(Severity::info, "a line of some length");
      });
    }
  }
  EXPECT_EQ(pieces_.size(), 800u);
  EXPECT_THAT(pieces_, ::testing::Each("  INFO a line of some length\n"));
}

TEST_F(OutputTest, LogsWhatItDoesNotShow) {
  Output quiet = output(Verbosity::error, Color::always);
  const auto log = std::make_shared<RecordingLog>();
  quiet.add_log(log);
  quiet.log(Severity::debug, "detail");
  quiet.say("Acquiring the deploy lock...", Output::Tone::step);
  EXPECT_EQ(shown(), "");
  EXPECT_THAT(log->lines, ElementsAre(" :  DEBUG detail", " : Acquiring the deploy lock..."));
}

TEST_F(OutputTest, PassesTheSourceOfALineToLogs) {
  Output usual = output(Verbosity::info, Color::always);
  const auto log = std::make_shared<RecordingLog>();
  usual.add_log(log);
  usual.command_output("id", "one", Stream::err, "oh no");
  EXPECT_THAT(log->lines, ElementsAre("one stderr:  DEBUG [id] one: oh no"));
}

TEST_F(OutputTest, ForgetsRemovedLogs) {
  Output usual = output(Verbosity::info);
  const auto log = std::make_shared<RecordingLog>();
  usual.add_log(log);
  usual.say("before");
  usual.remove_log(log);
  usual.say("after");
  EXPECT_EQ(shown(), "before\nafter\n");
  EXPECT_THAT(log->lines, ElementsAre(" : before"));
}

TEST_F(OutputTest, MayChangeVerbosityTemporarily) {
  Output usual = output(Verbosity::info);
  {
    const VerbosityScope scope(usual, Verbosity::error);
    usual.log(Severity::info, "hidden");
  }
  usual.log(Severity::info, "shown");
  EXPECT_EQ(shown(), "  INFO shown\n");
}

}  // namespace
}  // namespace kamal::sshkit
