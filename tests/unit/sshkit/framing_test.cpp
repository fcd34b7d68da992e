#include "sshkit/ssh/framing.h"

#include <gtest/gtest.h>

#include "support/there.h"

namespace kamal::sshkit {
namespace {

const std::string mark = frame_marker("n0nce");

// Keeps the story of a list in lines.
class Story : public StepListener {
 public:
  void started(size_t step) override { lines.push_back("start " + std::to_string(step)); }
  void output(size_t step, Stream stream, std::string_view line) override {
    lines.push_back(std::to_string(step) + (stream == Stream::out ? " out " : " err ") + std::string(line));
  }
  void finished(size_t step, const StepResult& result) override {
    lines.push_back("end " + std::to_string(step) + " " + std::to_string(result.status));
  }
  std::vector<std::string> lines;
};

class Framing : public ::testing::Test {
 protected:
  static Steps steps(std::vector<OnFailure> on_failures) {
    Steps steps;
    for (const OnFailure on_failure : on_failures)
      steps.push_back({.action = Command{"true"}, .on_failure = on_failure});
    return steps;
  }
  static std::string frame(const std::string& label, int status) {
    return mark + label + " " + std::to_string(status) + "\n";
  }
  // The same on both streams.
  static void add_to_both(ListProgress& progress, const std::string& text) {
    progress.add(Stream::out, text);
    progress.add(Stream::err, text);
  }

  const Steps two_ = steps({OnFailure::stop, OnFailure::stop});
  Story story_;
};

TEST_F(Framing, SeparatesResults) {
  ListProgress progress(two_, 0, "n0nce", story_);
  progress.add(Stream::out,
               frame("begin", 0) + "one\n" + frame("0", 0) + "two" + frame("1", 4) + frame("end", 0));
  progress.add(Stream::err, frame("begin", 0) + frame("0", 0) + "oops\n" + frame("1", 4) + frame("end", 0));

  const auto results = progress.take_results();

  EXPECT_TRUE(progress.is_done());
  ASSERT_EQ(results.size(), 2u);
  EXPECT_EQ(results.at(0).out, "one\n");
  EXPECT_EQ(results.at(1).out, "two");
  EXPECT_EQ(results.at(1).err, "oops\n");
  EXPECT_EQ(results.at(1).status, 4);
}

TEST_F(Framing, AcceptsAnyChunking) {
  const std::string out =
      frame("begin", 0) + "a\nb" + frame("0", 0) + "\x1ekamal n0" + frame("1", 0) + frame("end", 0);
  const std::string err = frame("begin", 0) + frame("0", 0) + "\x1e\x1e" + frame("1", 0) + frame("end", 0);
  for (size_t size = 1; size < out.size(); ++size) {
    Story story;
    ListProgress progress(two_, 0, "n0nce", story);
    for (size_t at = 0; at < out.size(); at += size) progress.add(Stream::out, out.substr(at, size));
    for (size_t at = 0; at < err.size(); at += size) progress.add(Stream::err, err.substr(at, size));
    const auto results = progress.take_results();
    ASSERT_TRUE(progress.is_done()) << size;
    EXPECT_EQ(results.at(0).out, "a\nb");
    EXPECT_EQ(results.at(1).out, "\x1ekamal n0");
    EXPECT_EQ(results.at(1).err, "\x1e\x1e");
  }
}

TEST_F(Framing, ForwardsWholeLinesAtOnce) {
  ListProgress progress(two_, 0, "n0nce", story_);
  add_to_both(progress, frame("begin", 0));
  progress.add(Stream::out, "first\nsec");
  EXPECT_EQ(story_.lines, (std::vector<std::string>{"start 0", "0 out first"}));

  progress.add(Stream::out, "ond\n");
  EXPECT_EQ(test::last(story_.lines), "0 out second");
}

TEST_F(Framing, ForwardsALastLineWithoutLineEnd) {
  ListProgress progress(two_, 0, "n0nce", story_);
  add_to_both(progress, frame("begin", 0) + "rest" + frame("0", 0));

  EXPECT_EQ(story_.lines,
            (std::vector<std::string>{"start 0", "0 out rest", "0 err rest", "end 0 0", "start 1"}));
}

TEST_F(Framing, EndsAStepAfterMarkersOnBothStreams) {
  ListProgress progress(two_, 0, "n0nce", story_);
  add_to_both(progress, frame("begin", 0));
  progress.add(Stream::out, frame("0", 0) + "early\n");
  EXPECT_EQ(story_.lines, (std::vector<std::string>{"start 0"}));

  progress.add(Stream::err, "late\n" + frame("0", 0));

  EXPECT_EQ(story_.lines,
            (std::vector<std::string>{"start 0", "0 err late", "end 0 0", "start 1", "1 out early"}));
}

TEST_F(Framing, StopsAfterFailedStep) {
  ListProgress progress(two_, 0, "n0nce", story_);
  add_to_both(progress, frame("begin", 0) + frame("0", 3) + frame("end", 0));

  EXPECT_EQ(story_.lines, (std::vector<std::string>{"start 0", "end 0 3"}));
  EXPECT_EQ(progress.take_results().size(), 1u);
}

TEST_F(Framing, DropsLateOutputAfterFailedStep) {
  ListProgress progress(two_, 0, "n0nce", story_);
  add_to_both(progress, frame("begin", 0) + frame("0", 3) + "a straggler\n" + frame("end", 0));

  EXPECT_EQ(story_.lines, (std::vector<std::string>{"start 0", "end 0 3"}));
}

TEST_F(Framing, ContinuesAfterIgnoredFailure) {
  const Steps steps = Framing::steps({OnFailure::ignore, OnFailure::stop});
  ListProgress progress(steps, 0, "n0nce", story_);
  add_to_both(progress, frame("begin", 0) + frame("0", 3) + frame("1", 0) + frame("end", 0));

  EXPECT_EQ(test::last(story_.lines), "end 1 0");
}

TEST_F(Framing, DropsOutputBeforeTheList) {
  ListProgress progress(two_, 0, "n0nce", story_);
  add_to_both(progress, "Welcome!\n" + frame("begin", 0) + "out\n" + frame("0", 0));

  EXPECT_EQ(story_.lines.at(1), "0 out out");
}

TEST_F(Framing, DropsOutputAfterTheLastStep) {
  ListProgress progress(two_, 0, "n0nce", story_);
  add_to_both(progress,
              frame("begin", 0) + frame("0", 0) + frame("1", 0) + "a straggler\n" + frame("end", 0));

  EXPECT_EQ(progress.take_results().at(1).out, "");
}

TEST_F(Framing, FailsTheRunningStepIfTheListEndsEarly) {
  ListProgress progress(two_, 0, "n0nce", story_);
  add_to_both(progress, frame("begin", 0) + "half" + frame("end", 137));

  const auto results = progress.take_results();

  ASSERT_EQ(results.size(), 1u);
  EXPECT_EQ(results.at(0).status, 137);
  EXPECT_EQ(results.at(0).out, "half");
}

TEST_F(Framing, FailsTheRunningStepIfTheShellIsLost) {
  ListProgress progress(two_, 0, "n0nce", story_);
  add_to_both(progress, frame("begin", 0) +
                            "half\x1e"
                            "kam");

  progress.abort(255);

  EXPECT_EQ(progress.take_results().at(0).out,
            "half\x1e"
            "kam");
  EXPECT_EQ(test::last(story_.lines), "end 0 255");
}

TEST_F(Framing, FailsFirstStepIfShellNeverStarts) {
  ListProgress progress(two_, 0, "n0nce", story_);
  progress.add(Stream::out, "No shell for you.\n");

  progress.abort(1);

  EXPECT_EQ(story_.lines, (std::vector<std::string>{"start 0", "0 out No shell for you.", "end 0 1"}));
}

TEST_F(Framing, TreatsAnEndWithoutStatusAsFailure) {
  ListProgress progress(two_, 0, "n0nce", story_);
  add_to_both(progress, frame("begin", 0));

  progress.abort(0);

  EXPECT_EQ(progress.take_results().at(0).status, 1);
}

TEST_F(Framing, StartsInTheMiddleOfAList) {
  ListProgress progress(two_, 1, "n0nce", story_);
  add_to_both(progress, frame("begin", 0) + "x" + frame("1", 0) + frame("end", 0));

  EXPECT_EQ(progress.take_results().size(), 1u);
  EXPECT_EQ(story_.lines.at(0), "start 1");
}

TEST_F(Framing, TreatsAMarkerWithAnotherNonceAsOutput) {
  ListProgress progress(two_, 0, "n0nce", story_);
  const std::string other = frame_marker("other") + "0 0\n";
  add_to_both(progress, frame("begin", 0) + other + frame("0", 0));

  EXPECT_EQ(progress.take_results().at(0).out, other);
}

TEST_F(Framing, TreatsAnInvalidMarkerAsOutput) {
  for (const std::string nonsense : {"0 x\n", "0\n", "\n", "0 -1\n", "0 99999999999999999999\n"}) {
    Story story;
    ListProgress progress(two_, 0, "n0nce", story);
    add_to_both(progress, frame("begin", 0) + mark + nonsense + frame("0", 0));
    EXPECT_EQ(progress.take_results().at(0).out, mark + nonsense);
  }
}

TEST_F(Framing, TreatsATooLongMarkerAsOutput) {
  ListProgress progress(two_, 0, "n0nce", story_);
  const std::string text = mark + std::string(100, '0');
  add_to_both(progress, frame("begin", 0) + text + frame("0", 0));

  EXPECT_EQ(progress.take_results().at(0).out, text);
}

TEST_F(Framing, TreatsAMarkerWithALongLineAsOutput) {
  ListProgress progress(two_, 0, "n0nce", story_);
  const std::string text = mark + "0 " + std::string(40, '0') + "3\n";
  add_to_both(progress, frame("begin", 0) + text + frame("0", 0));

  EXPECT_EQ(progress.take_results().at(0).out, text);
}

TEST_F(Framing, DropsOutputAfterTheEndOfTheList) {
  ListProgress progress(two_, 0, "n0nce", story_);
  progress.add(Stream::out, frame("begin", 0) + "half" + frame("end", 137) + " a straggler");
  progress.add(Stream::err, frame("begin", 0) + frame("end", 137));

  EXPECT_EQ(progress.take_results().at(0).out, "half");
}

TEST_F(Framing, ForwardsLinesReceivedBeforeTheirStepStarted) {
  ListProgress progress(two_, 0, "n0nce", story_);
  progress.add(Stream::out, frame("begin", 0) + "a long first line\n" + frame("0", 0) + "x\ny\n");
  progress.add(Stream::err, frame("begin", 0) + frame("0", 0));

  EXPECT_EQ(story_.lines, (std::vector<std::string>{"start 0", "0 out a long first line", "end 0 0",
                                                    "start 1", "1 out x", "1 out y"}));
}

TEST_F(Framing, IgnoresTheMarkerOfAnotherStep) {
  ListProgress progress(two_, 0, "n0nce", story_);
  add_to_both(progress, frame("begin", 0) + frame("7", 0) + frame("0", 2));

  EXPECT_EQ(test::last(story_.lines), "end 0 2");
}

}  // namespace
}  // namespace kamal::sshkit
