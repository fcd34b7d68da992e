#include "kamal/support/live_lines.h"

#include <gmock/gmock.h>
#include <gtest/gtest.h>

#include <thread>

#include "support/screen_model.h"

namespace kamal {
namespace {

using Lines = std::vector<LiveLines::Line>;

struct LinesOnATerminal : ::testing::Test {
  void resize(int columns) {
    window.columns = columns;
    screen.resize(static_cast<size_t>(columns));
  }

  WindowSize window{40, 24};
  test::ScreenModel screen{40};
  bool ours = true;
  size_t writes = 0;
  LiveLines lines{{.out =
                       [this](std::string_view text) {
                         writes += text.empty() ? 0 : 1;
                         screen.write(text);
                       },
                   .err = [this](std::string_view text) { screen.write(text); },
                   .err_is_terminal = true,
                   .window_size = [this] { return std::optional(window); },
                   .is_ours = [this] { return ours; }}};
};

TEST_F(LinesOnATerminal, StayBelowAllText) {
  lines.out("one\n");
  lines.show({{"live 1"}, {"live 2"}});
  EXPECT_EQ(screen.text(), "one\nlive 1\nlive 2\n");
  lines.out("two\nthree\n");
  lines.err("four\n");
  EXPECT_EQ(screen.text(), "one\ntwo\nthree\nfour\nlive 1\nlive 2\n");
  EXPECT_EQ(screen.column(), 0u);
}

TEST_F(LinesOnATerminal, AreReplacedAndRemoved) {
  lines.out("one\n");
  lines.show({{"a longer line"}, {"live 2"}, {"live 3"}});
  lines.show({{"short", "1"}});
  EXPECT_EQ(screen.text(), "one\nshort\n");
  lines.show({});
  EXPECT_EQ(screen.text(), "one\n");
}

TEST_F(LinesOnATerminal, AreNotDrawnAgainUnlessTheyOrTheWindowChange) {
  lines.show({{"live"}});
  EXPECT_EQ(writes, 1u);
  lines.show({{"live"}});
  EXPECT_EQ(writes, 1u);
  resize(30);
  lines.show({{"live"}});
  EXPECT_EQ(writes, 2u);
}

TEST_F(LinesOnATerminal, WaitForTheEndOfALine) {
  lines.show({{"live"}});
  lines.out("one ");
  lines.show({{"live still"}});
  EXPECT_EQ(screen.text(), "one \n");
  lines.out("more\n");
  EXPECT_EQ(screen.text(), "one more\nlive still\n");
}

TEST_F(LinesOnATerminal, AreCutToTheWindow) {
  lines.show({{std::string(100, 'x')}});
  EXPECT_EQ(screen.text(), std::string(39, 'x') + "\n");
  window.rows = 4;
  lines.show({{"1"}, {"2"}, {"3"}});
  EXPECT_EQ(screen.text(), "1\n2\n");
  window.rows = 2;
  lines.show({{"1"}, {"2"}});
  EXPECT_EQ(screen.text(), "\n");
}

TEST_F(LinesOnATerminal, LeaveNothingBehindWhenTheWindowChanges) {
  for (const int before : {40, 12, 5}) {
    for (const int after : {3, 7, 19, 20, 40, 80}) {
      screen = test::ScreenModel(static_cast<size_t>(before));
      window.columns = before;
      lines.out("one\n");
      lines.show({{std::string(39, 'a')}, {std::string(20, 'b')}, {""}});
      resize(after);
      lines.show({{"x"}});
      EXPECT_EQ(screen.text(), "one\nx\n") << before << " to " << after;
      lines.show({{std::string(39, 'c')}});
      resize(before);
      lines.out("two\n");
      lines.show({});
      EXPECT_EQ(screen.text(), "one\ntwo\n") << after << " to " << before;
    }
  }
}

TEST_F(LinesOnATerminal, PauseForAPrompt) {
  lines.out("one\n");
  lines.show({{"live"}});
  {
    const LiveLines::Pause pause(&lines);
    EXPECT_EQ(screen.text(), "one\n");
    screen.write("Passphrase: ");
    lines.show({{"live 2"}});
    screen.write("\n");
    EXPECT_EQ(screen.text(), "one\nPassphrase: \n");
  }
  lines.show({{"live 3"}});
  EXPECT_EQ(screen.text(), "one\nPassphrase: \nlive 3\n");
  const LiveLines::Pause nothing(nullptr);
}

TEST_F(LinesOnATerminal, HoldTextBackDuringAPrompt) {
  lines.show({{"live"}});
  {
    const LiveLines::Pause pause(&lines, LiveLines::Text::hold);
    screen.write("Passphrase: ");
    lines.out("one\n");
    const LiveLines::Pause another(&lines, LiveLines::Text::hold);
    lines.err("two\n");
    lines.out("three\n");
    EXPECT_EQ(screen.text(), "Passphrase: \n");
    screen.write("\n");
  }
  EXPECT_EQ(screen.text(), "Passphrase: \none\ntwo\nthree\nlive\n");
}

TEST_F(LinesOnATerminal, OverwriteNothingWhileAnotherProgramPrompts) {
  lines.show({{"live"}});
  ours = false;
  screen.write("Password: ");
  lines.show({{"live 2"}});
  lines.out("one\n");
  EXPECT_EQ(screen.text(), "live\nPassword: one\n");
  ours = true;
  lines.show({{"live 3"}});
  lines.show({});
  EXPECT_EQ(screen.text(), "live\nPassword: one\n");
}

TEST_F(LinesOnATerminal, OverwriteNothingAfterAPromptInWhichTheyStayTheSame) {
  lines.show({{"live"}});
  ours = false;
  screen.write("Password: \n");
  lines.show({{"live"}});
  ours = true;
  lines.show({{"live 2"}});
  EXPECT_EQ(screen.text(), "live\nPassword: \nlive 2\n");
}

TEST_F(LinesOnATerminal, CountRowsOfWideCharacters) {
  std::string written;
  std::optional<WindowSize> size = WindowSize{41, 24};
  LiveLines wide({.out = [&](std::string_view text) { written = text; },
                  .err = [](std::string_view) {},
                  .window_size = [&] { return size; }});
  std::string text;
  for (int i = 0; i < 20; ++i) text += "\u65e5";
  wide.show({{text}});
  size->columns = 7;  // three characters in a row
  wide.show({});
  EXPECT_EQ(written, "\r\x1b[7A\x1b[J");
  size->columns = 1;
  wide.show({{text}});
  EXPECT_EQ(written, "\x1b[K\n");
}

TEST_F(LinesOnATerminal, OverwriteNothingAfterAStop) {
  lines.show({{"live"}});
  screen.write("^Z\n[1]+ Stopped\nfg\n");
  lines.forget();
  lines.show({{"live"}});
  EXPECT_EQ(screen.text(), "live\n^Z\n[1]+ Stopped\nfg\nlive\n");
}

TEST_F(LinesOnATerminal, LeaveAnErrorStreamAloneThatGoesElsewhere) {
  std::string errors;
  LiveLines own({.out = [this](std::string_view text) { screen.write(text); },
                 .err = [&](std::string_view text) { errors += text; }});
  own.show({{"live"}});
  own.err("partial");
  own.out("one\n");
  EXPECT_EQ(errors, "partial");
  EXPECT_EQ(screen.text(), "one\nlive\n");
}

TEST_F(LinesOnATerminal, StandManyThreads) {
  std::string expected;
  {
    std::vector<std::jthread> threads;
    for (int thread = 0; thread < 4; ++thread) {
      threads.emplace_back([this] {
        for (int i = 0; i < 200; ++i) lines.out("text\n");
      });
    }
    for (int i = 0; i < 200; ++i) lines.show({{"live " + std::to_string(i)}, {"more"}});
  }
  for (int i = 0; i < 800; ++i) expected += "text\n";
  EXPECT_EQ(screen.text(), expected + "live 199\nmore\n");
  lines.show({});
  EXPECT_EQ(screen.text(), expected);
}

}  // namespace
}  // namespace kamal
