#include "kamal/support/quoting.h"

#include <gmock/gmock.h>
#include <gtest/gtest.h>

#include "unit/support/on_this_machine.h"

namespace kamal {
namespace {

using ::testing::ElementsAre;
using ::testing::IsEmpty;
using ::testing::Optional;

std::string every_byte_but_nul() {
  std::string bytes;
  for (int c = 1; c < 256; ++c) bytes += static_cast<char>(c);
  return bytes;
}

// What the machine's own shell passes to a program for the word.
std::string as_sh_reads(const std::string& word, const std::string& before = "") {
  return test::OnThisMachine().sh(before + "printf %s " + word).out;
}

class OddTexts : public ::testing::TestWithParam<std::string> {};

INSTANTIATE_TEST_SUITE_P(Quoting, OddTexts,
                         ::testing::Values("plain", "two words", "it's", "'", "''", "\"quoted\"",
                                           "back\\slash", "trailing\\", "$HOME", "${HOME}", "$(id)", "`id`",
                                           "a;b&c|d>e<f", "*", "?[a-z]{x,y}", "~", "~/x", "#comment",
                                           "!history!", "line\nend", "line end\n", "\t", " ", "-n", "--",
                                           "=x", "a=b", "\xc3\xa9\xe2\x82\xac", "\xff\xfe", "%s%d", "^caret",
                                           every_byte_but_nul()));

TEST_P(OddTexts, SurviveTheShell) { EXPECT_EQ(as_sh_reads(shell_quote(GetParam())), GetParam()); }

TEST_P(OddTexts, SurviveQuotingAndSplitting) {
  EXPECT_THAT(shell_split(shell_quote(GetParam())), Optional(ElementsAre(GetParam())));
}

TEST(ShellQuote, KeepsAnEmptyTextAWord) { EXPECT_EQ(shell_quote(""), "''"); }

TEST(ShellQuote, LeavesTextsThatNeedNoQuotesBare) {
  EXPECT_EQ(shell_quote("registry.example.com:5000/acme/shop:v1.2-rc_3,x=1@sha+%"),
            "registry.example.com:5000/acme/shop:v1.2-rc_3,x=1@sha+%");
}

TEST(ShellQuote, EndsTheQuotesAroundASingleQuote) { EXPECT_EQ(shell_quote("it's"), "'it'\\''s'"); }

TEST(ShellQuoteExpanding, LetsTheShellExpandBracedNames) {
  EXPECT_EQ(as_sh_reads(shell_quote_expanding("a ${x} b"), "x='1  2'; "), "a 1  2 b");
}

TEST(ShellQuoteExpanding, LetsTheShellExpandALeadingPwd) {
  EXPECT_EQ(as_sh_reads(shell_quote_expanding("$PWD/data:/data"), "cd /; "), "//data:/data");
}

TEST(ShellQuoteExpanding, KeepsALaterPwd) {
  EXPECT_EQ(as_sh_reads(shell_quote_expanding("/x:$PWD")), "/x:$PWD");
}

TEST(ShellQuoteExpanding, KeepsALoneDollarSign) {
  EXPECT_EQ(as_sh_reads(shell_quote_expanding("pa$$word$HOME$")), "pa$$word$HOME$");
}

TEST(ShellQuoteExpanding, KeepsAnUnclosedBrace) {
  EXPECT_EQ(as_sh_reads(shell_quote_expanding("${HOME")), "${HOME");
}

TEST(ShellQuoteExpanding, RunsNoCommands) {
  EXPECT_EQ(as_sh_reads(shell_quote_expanding("`id` $(id)")), "`id` $(id)");
}

TEST(ShellQuoteExpanding, KeepsQuotesAndBackslashes) {
  EXPECT_EQ(as_sh_reads(shell_quote_expanding("a\"b'c\\d\\")), "a\"b'c\\d\\");
}

TEST(ShellQuoteExpanding, LeavesTextsThatNeedNoQuotesBare) {
  EXPECT_EQ(shell_quote_expanding("v1.2"), "v1.2");
}

TEST(ShellSplit, SplitsAtWhiteSpace) {
  EXPECT_THAT(shell_split("  bin/rails  db:migrate\tx\ny "),
              Optional(ElementsAre("bin/rails", "db:migrate", "x", "y")));
}

TEST(ShellSplit, KeepsQuotedWordsWhole) {
  EXPECT_THAT(shell_split(R"(a "b c" 'd e' f" g "h)"), Optional(ElementsAre("a", "b c", "d e", "f g h")));
}

TEST(ShellSplit, KeepsEmptyQuotedWords) {
  EXPECT_THAT(shell_split("'' \"\""), Optional(ElementsAre("", "")));
}

TEST(ShellSplit, FindsNoWordsInBlanks) { EXPECT_THAT(shell_split(" \n"), Optional(IsEmpty())); }

TEST(ShellSplit, TakesABackslashOutsideOfQuotesAway) {
  EXPECT_THAT(shell_split(R"(a\ b \"c\")"), Optional(ElementsAre("a b", "\"c\"")));
}

TEST(ShellSplit, KeepsBackslashesBetweenSingleQuotes) {
  EXPECT_THAT(shell_split(R"('a\nb\$c\\')"), Optional(ElementsAre(R"(a\nb\$c\\)")));
}

TEST(ShellSplit, TakesOnlySomeBackslashesBetweenDoubleQuotesAway) {
  EXPECT_THAT(shell_split(R"("a\"b\$c\nd")"), Optional(ElementsAre(R"(a"b$c\nd)")));
}

TEST(ShellSplit, RejectsUnterminatedQuote) {
  EXPECT_EQ(shell_split("a 'b"), std::nullopt);
  EXPECT_EQ(shell_split("a \"b\\\""), std::nullopt);
}

TEST(ShellQuoteExpanding, ExpandsNothingElseAfterALeadingPwd) {
  EXPECT_EQ(as_sh_reads(shell_quote_expanding("$PWD/a$HOME:/a"), "cd /; "), "//a$HOME:/a");
}

}  // namespace
}  // namespace kamal
