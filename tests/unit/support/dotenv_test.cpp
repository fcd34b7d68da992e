#include "kamal/support/dotenv.h"

#include <gmock/gmock.h>
#include <gtest/gtest.h>

namespace kamal::dotenv {
namespace {

using ::testing::ElementsAre;
using ::testing::IsEmpty;

// Each assignment as line:NAME=value, `-` for a value that is absent.
std::vector<std::string> assignments(std::string_view text) {
  std::vector<std::string> shown;
  for (const Assignment& a : read(text).assignments)
    shown.push_back(std::to_string(a.line) + ":" + (a.exported ? "export " : "") + a.name + "=" +
                    a.value.value_or("-"));
  return shown;
}

TEST(Dotenv, ReadsOneAssignmentALine) {
  EXPECT_THAT(assignments("A=one\nB=two\n"), ElementsAre("1:A=one", "2:B=two"));
}

TEST(Dotenv, SkipsBlankLinesAndComments) {
  EXPECT_THAT(assignments("\n# A=1\n \t\n  # more\nB=2"), ElementsAre("5:B=2"));
}

TEST(Dotenv, AllowsBlanksAroundTheNameAndTheEqualsSign) {
  EXPECT_THAT(assignments("  A  = one"), ElementsAre("1:A= one"));
}

TEST(Dotenv, StripsCommentAfterUnquotedValue) {
  EXPECT_THAT(assignments("A=one#two\nB=one # two"), ElementsAre("1:A=one", "2:B=one "));
}

TEST(Dotenv, KeepsAHashInQuotes) {
  EXPECT_THAT(assignments("A=\"one # two\" # three\nB='#'"), ElementsAre("1:A=\"one # two\"", "2:B='#'"));
}

TEST(Dotenv, KeepsEverythingAfterTheFirstEqualsSign) {
  EXPECT_THAT(assignments("A=a=b=c\nB==x"), ElementsAre("1:A=a=b=c", "2:B==x"));
}

TEST(Dotenv, LeavesAnEmptyValueOut) {
  EXPECT_THAT(assignments("A=\nB=# nothing\nC"), ElementsAre("1:A=-", "2:B=-", "3:C=-"));
}

TEST(Dotenv, TakesAColonAndABlankForAnEqualsSign) {
  EXPECT_THAT(assignments("A: one\nB:two"), ElementsAre("1:A=one"));
}

TEST(Dotenv, TakesTheNextLineAfterATrailingColon) {
  EXPECT_THAT(assignments("A:\none"), ElementsAre("1:A=one"));
}

TEST(Dotenv, RecordsExport) {
  EXPECT_THAT(assignments("export A=1\nexport B\nexport = 2\nexported=3"),
              ElementsAre("1:export A=1", "2:export B=-", "3:export= 2", "4:exported=3"));
}

TEST(Dotenv, AllowsDotsInNames) { EXPECT_THAT(assignments("a.B_1=x"), ElementsAre("1:a.B_1=x")); }

TEST(Dotenv, ReadsQuotedValuesOfSeveralLines) {
  EXPECT_THAT(assignments("A=\"one\n\ntwo\"\nB='x\n# y\nC=1'\nD=4"),
              ElementsAre("1:A=\"one\n\ntwo\"", "4:B='x\n# y\nC=1'", "7:D=4"));
}

TEST(Dotenv, ContinuesAfterAnEscapedQuote) {
  EXPECT_THAT(assignments("A=\"say \\\"hi\\\"\"\nB='it\\'s'"),
              ElementsAre("1:A=\"say \\\"hi\\\"\"", "2:B='it\\'s'"));
}

TEST(Dotenv, EndsAtAnEscapedQuoteIfNoOtherMatches) {
  EXPECT_THAT(assignments("A='C:\\'\nB=2"), ElementsAre("1:A='C:\\'", "2:B=2"));
}

TEST(Dotenv, TakesAnUnclosedQuoteAsText) {
  EXPECT_THAT(assignments("A=\"one\nB=two"), ElementsAre("1:A=\"one", "2:B=two"));
}

TEST(Dotenv, TreatsTextAfterAClosingQuoteAsUnquoted) {
  EXPECT_THAT(assignments("A=\"one\" two"), ElementsAre("1:A=\"one\" two"));
}

TEST(Dotenv, ReadsACommandWithQuotesInQuotesAsOneLine) {
  EXPECT_THAT(assignments("A=\"$(printf '%s!' \"$B\")\""), ElementsAre("1:A=\"$(printf '%s!' \"$B\")\""));
}

TEST(Dotenv, TreatsEveryLineEndAlike) {
  EXPECT_THAT(assignments("A=1\r\nB=2\rC=3"), ElementsAre("1:A=1", "2:B=2", "3:C=3"));
}

TEST(Dotenv, SkipsAByteOrderMark) {
  EXPECT_THAT(assignments("\xEF\xBB\xBF"
                          "A=1"),
              ElementsAre("1:A=1"));
}

TEST(Dotenv, ReportsIgnoredLines) {
  EXPECT_THAT(read("A=1\nmy-key=2\n# fine\n\nlol$wut\n").ignored_lines, ElementsAre(2, 5));
}

TEST(Dotenv, FindsNothingInAnEmptyFile) {
  EXPECT_THAT(assignments(""), IsEmpty());
  EXPECT_THAT(read(" \n\n").ignored_lines, IsEmpty());
}

}  // namespace
}  // namespace kamal::dotenv
