#include "kamal/support/strings.h"

#include <gmock/gmock.h>
#include <gtest/gtest.h>

namespace kamal {
namespace {

using ::testing::ElementsAre;
using ::testing::IsEmpty;

TEST(Split, KeepsEmptyParts) { EXPECT_THAT(split(",a,,b,", ','), ElementsAre("", "a", "", "b", "")); }

TEST(Split, OfEmptyIsOneEmptyPart) { EXPECT_THAT(split("", ','), ElementsAre("")); }

TEST(LinesOf, HaveNoLineEnds) { EXPECT_THAT(lines_of("a\nb\r\nc"), ElementsAre("a", "b", "c")); }

TEST(LinesOf, DoNotCountTheEndOfTheLastLine) { EXPECT_THAT(lines_of("a\n\nb\n"), ElementsAre("a", "", "b")); }

TEST(FirstLine, EndsBeforeTheFirstLineFeed) {
  EXPECT_EQ(first_line("a\nb\n"), "a");
  EXPECT_EQ(first_line("a"), "a");
  EXPECT_EQ(first_line("\na"), "");
}

TEST(LinesOf, AnEmptyTextAreNone) { EXPECT_THAT(lines_of(""), IsEmpty()); }

TEST(Join, PutsTheSeparatorBetween) { EXPECT_EQ(join({"a", "", "c"}, ", "), "a, , c"); }

TEST(Join, OfNothingIsEmpty) { EXPECT_EQ(join({}, ","), ""); }

TEST(Strip, TakesWhiteSpaceAtBothEndsAway) { EXPECT_EQ(strip(" \t\r\n a b \v\f\n"), "a b"); }

TEST(Strip, OfBlanksIsEmpty) { EXPECT_EQ(strip(" \n "), ""); }

TEST(Chomp, TakesOneLineEndAway) {
  EXPECT_EQ(chomp("a\n\n"), "a\n");
  EXPECT_EQ(chomp("a\r\n"), "a");
  EXPECT_EQ(chomp("a\r"), "a");
  EXPECT_EQ(chomp("a "), "a ");
}

TEST(ReplaceAll, ReplacesEveryOccurrence) { EXPECT_EQ(replace_all("a-b--c", "-", "_"), "a_b__c"); }

TEST(ReplaceAll, DoesNotRescanReplacements) { EXPECT_EQ(replace_all("aa", "a", "aa"), "aaaa"); }

TEST(ReplaceAll, IgnoresAnEmptyPattern) { EXPECT_EQ(replace_all("abc", "", "x"), "abc"); }

TEST(Lower, LeavesOtherCharactersAlone) { EXPECT_EQ(lower("ÄB-C1"), "Äb-c1"); }

TEST(ToSentence, JoinsTheLastPartByAWord) {
  EXPECT_EQ(to_sentence({"a"}), "a");
  EXPECT_EQ(to_sentence({"a", "b"}), "a or b");
  EXPECT_EQ(to_sentence({"a", "b", "c"}, "and"), "a, b and c");
}

}  // namespace
}  // namespace kamal
