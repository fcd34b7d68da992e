#include "kamal/support/dotenv.h"

#include <gmock/gmock.h>
#include <gtest/gtest.h>

namespace kamal::dotenv {

// NOLINTNEXTLINE: found by its name
void PrintTo(const Part& part, std::ostream* out) {
  *out << static_cast<int>(part.kind) << "<" << part.text << ">";
}

namespace {

using ::testing::ElementsAre;
using ::testing::IsEmpty;

std::vector<Part> parts(std::string_view written) { return parse_value(written, Escapes::kept); }
Part literal(std::string text) { return {Part::Kind::literal, std::move(text)}; }
Part text(std::string text) { return {Part::Kind::text, std::move(text)}; }
Part command(std::string text) { return {Part::Kind::command, std::move(text)}; }

TEST(DotenvValue, IsStripped) { EXPECT_THAT(parts("  one two \t"), ElementsAre(text("one two"))); }

TEST(DotenvValue, LosesItsQuotes) {
  EXPECT_THAT(parts(" \" one \" "), ElementsAre(text(" one ")));
  EXPECT_THAT(parts("\"\""), IsEmpty());
}

TEST(DotenvValue, IsLiteralInSingleQuotes) {
  EXPECT_THAT(parts("'\\n $A $(b) \\''"), ElementsAre(literal("\\n $A $(b) \\'")));
}

TEST(DotenvValue, KeepsQuotesThatDoNotMatch) { EXPECT_THAT(parts("\"one'"), ElementsAre(text("\"one'"))); }

TEST(DotenvValue, LosesABackslashBeforeAnythingButADollarSign) {
  EXPECT_THAT(parts("a\\ b\\\\c\\\"d\\$e"), ElementsAre(text("a b\\c\"d\\$e")));
}

TEST(DotenvValue, KeepsALineBreakEscapeOfDoubleQuotes) {
  EXPECT_THAT(parts("\"a\\nb\\rc\""), ElementsAre(text("a\\nb\\rc")));
}

TEST(DotenvValue, LosesTheBackslashOfALineBreakEscapeWithoutQuotes) {
  EXPECT_THAT(parts("a\\nb"), ElementsAre(text("anb")));
}

TEST(DotenvValue, ResolvesALineBreakEscapeOfDoubleQuotesInLegacyMode) {
  EXPECT_THAT(parse_value("\"a\\nb\\rc\"", Escapes::line_breaks), ElementsAre(text("a\nb\rc")));
}

TEST(DotenvValue, SplitsAtCommands) {
  EXPECT_THAT(parts("a$(b c)d$(e)"), ElementsAre(text("a"), command("b c"), text("d"), command("e")));
}

TEST(DotenvValue, LeavesACommandInACommandToTheShell) {
  EXPECT_THAT(parts("$(echo \"(a)\" $(b))"), ElementsAre(command("echo \"(a)\" $(b)")));
}

TEST(DotenvValue, LeavesAnEscapedCommandAlone) {
  EXPECT_THAT(parts("\\$(a $(b)) c"), ElementsAre(text("$(a $(b)) c")));
}

TEST(DotenvValue, TakesUnbalancedParenthesesAsText) {
  EXPECT_THAT(parts("$(a"), ElementsAre(text("$(a")));
  EXPECT_THAT(parts("$(a $(b)"), ElementsAre(text("$(a "), command("b")));
}

TEST(DotenvValue, TakesEmptyParenthesesAsText) {
  EXPECT_THAT(parts("$()"), ElementsAre(text("$()")));
  EXPECT_THAT(parts("$(f() { a; })"), ElementsAre(text("$(f() { a; })")));
}

std::string expanded(std::string_view text) {
  return expand_variables(text, [](const Reference& reference) {
    return "<" + reference.name + (reference.left_open ? "?" : "") + ">";
  });
}

TEST(DotenvVariables, AreFoundWithAndWithoutBraces) { EXPECT_EQ(expanded("$A-${b_1}$C"), "<A>-<b_1><C>"); }

TEST(DotenvVariables, AreLiteralAfterABackslash) {
  EXPECT_EQ(expanded("\\$A \\${B} \\$ \\$\\$"), "$A ${B} $ $$");
}

TEST(DotenvVariables, NeedAName) { EXPECT_EQ(expanded("$ $$ ${} $-"), "$ $$ ${} $-"); }

TEST(DotenvVariables, AreNotCommands) { EXPECT_EQ(expanded("$(A) \\$(B)"), "$(A) \\$(B)"); }

TEST(DotenvVariables, TakeABraceThatFollows) { EXPECT_EQ(expanded("{$A}}"), "{<A>}"); }

TEST(DotenvVariables, HaveNoDefaults) { EXPECT_EQ(expanded("${A:-b}"), "<A?>:-b}"); }

}  // namespace
}  // namespace kamal::dotenv
