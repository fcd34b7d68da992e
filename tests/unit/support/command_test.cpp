#include "kamal/support/command.h"

#include <gmock/gmock.h>
#include <gtest/gtest.h>

#include "unit/support/on_this_machine.h"

namespace kamal {
namespace {

using ::testing::ElementsAre;
using ::testing::Optional;

TEST(Command, QuotesItsWordsForTheShell) {
  const Command command{"echo", "two words", "$HOME", Argument::syntax("2>&1")};
  EXPECT_EQ(command.shell_text(), "echo 'two words' '$HOME' 2>&1");
}

TEST(Command, RedactsSensitiveWords) {
  const Command command{"login", "-p", Argument::sensitive("sesame")};
  EXPECT_EQ(command.display(), "login -p [REDACTED]");
  EXPECT_EQ(command.shell_text(), "login -p sesame");
}

TEST(Command, ShowsCustomRedaction) {
  const Command command{"build", Argument::sensitive("id=TOKEN", "id=***")};
  EXPECT_EQ(command.display(), "build id=***");
}

TEST(Command, RedactsSensitiveExpandingWords) {
  const Command command{"build", Argument::sensitive_expanding("KEY=${KEY}-1", "KEY=[REDACTED]")};
  EXPECT_EQ(command.display(), "build KEY=[REDACTED]");
  EXPECT_EQ(command.shell_text(), "build \"KEY=${KEY}-1\"");
}

TEST(Command, NeverShowsItsInput) { EXPECT_EQ(Command({"cat"}).with_input("sesame").display(), "cat"); }

TEST(Command, AdoptsTheInputOfAnAddedOne) {
  Command command{"sh"};
  command.add(Command{"cat"}.with_input("text"));
  EXPECT_THAT(command.input(), Optional(std::string("text")));
}

TEST(Command, KeepsItsOwnInputWhenAnotherIsAdded) {
  Command command = Command{"sh"}.with_input("mine");
  command.add(Command{"cat"}.with_input("other"));
  EXPECT_THAT(command.input(), Optional(std::string("mine")));
}

TEST(Command, CollectsTheEnvironmentOfAddedOnes) {
  Command command = Command{"a"}.with_env("X", "1");
  command.add(Command{"b"}.with_env("Y", "2"));
  EXPECT_THAT(command.env(), ElementsAre(std::pair("X", "1"), std::pair("Y", "2")));
}

TEST(AsArgv, ReturnsPlainWords) {
  const Command command{"docker", "run", "two words", Argument::sensitive("sesame")};
  EXPECT_THAT(command.as_argv(), Optional(ElementsAre("docker", "run", "two words", "sesame")));
}

TEST(AsArgv, IsAbsentIfAShellIsNeeded) {
  EXPECT_EQ(Command({"a", Argument::syntax("|"), "b"}).as_argv(), std::nullopt);
  EXPECT_EQ(Command({"a", Argument::expanding("${x}")}).as_argv(), std::nullopt);
}

TEST(Combine, JoinsCommandsByAnd) {
  EXPECT_EQ(combine({{"a", "1"}, {"b"}, {"c"}}).shell_text(), "a 1 && b && c");
}

TEST(Combine, LeavesEmptyCommandsOut) {
  EXPECT_EQ(combine({{}, {"a"}, {}, {"b"}, {}}).shell_text(), "a && b");
}

TEST(Combine, OfNothingIsEmpty) { EXPECT_TRUE(combine({{}, {}}).empty()); }

TEST(Chain, JoinsBySemicolon) { EXPECT_EQ(chain({{"a"}, {"b"}}).shell_text(), "a ; b"); }

TEST(Pipe, JoinsByBar) { EXPECT_EQ(pipe({{"a"}, {"b"}}).shell_text(), "a | b"); }

TEST(AnyOf, JoinsByOr) { EXPECT_EQ(any_of({{"a"}, {"b"}}).shell_text(), "a || b"); }

TEST(AppendTo, QuotesTheFile) {
  EXPECT_EQ(append_to({"echo", "x"}, "my log").shell_text(), "echo x >> 'my log'");
}

TEST(WriteTo, QuotesTheFile) {
  EXPECT_EQ(write_to({"echo", "x"}, "my log").shell_text(), "echo x > 'my log'");
}

TEST(InShell, MakesAChainOneCommand) {
  EXPECT_EQ(in_shell(chain({{"echo", "it's"}, {"true"}})).shell_text(),
            "sh -c 'echo '\\''it'\\''\\'\\'''\\''s'\\'' ; true'");
}

TEST(InShell, RunsWhatItWraps) {
  const Command command = pipe({in_shell(chain({{"echo", "it's"}, {"echo", "$HOME"}})), {"tail", "-1"}});
  EXPECT_EQ(test::OnThisMachine().sh(command.shell_text()).out, "$HOME\n");
}

TEST(Substitute, StandsForTheOutput) {
  const Command command{"printf", "%s", substitute({"echo", "x y"})};
  EXPECT_EQ(command.shell_text(), "printf %s $(echo 'x y')");
}

}  // namespace
}  // namespace kamal
