#include "config/source_line.h"

#include <gmock/gmock.h>
#include <gtest/gtest.h>

#include "kamal/support/strings.h"

namespace kamal::config {
namespace {

using ::testing::ElementsAre;
using ::testing::IsEmpty;

// The tokens of the last line: keys as `key`, values as `path = value`.
std::vector<std::string> tokens(std::string_view text) {
  const std::vector<std::string> lines = split(text, '\n');
  std::vector<std::string> texts;
  for (const Token& token : tokens_of(lines, lines.size() - 1)) {
    const std::string source(lines.back().substr(token.begin, token.end - token.begin));
    texts.push_back(token.kind == Token::Kind::key ? source : join(token.path, "/") + " = " + source);
  }
  return texts;
}

TEST(SourceLine, HasKeyAndValue) {
  EXPECT_THAT(tokens("service: shop"), ElementsAre("service", "service = shop"));
  EXPECT_THAT(tokens("\"a: b\" : 'c: d'  # e"), ElementsAre("\"a: b\"", "a: b = 'c: d'"));
  EXPECT_THAT(tokens("at: http://a:80/b#c"), ElementsAre("at", "at = http://a:80/b#c"));
  EXPECT_THAT(tokens("boot:"), ElementsAre("boot"));
}

TEST(SourceLine, IsBelowTheKeysAboveIt) {
  EXPECT_THAT(tokens("boot:\n  limit: 1\n  wait: 2"), ElementsAre("wait", "boot/wait = 2"));
  EXPECT_THAT(tokens("a:\n  b:\n    c: 1\n\n  # d\n  e: 2"), ElementsAre("e", "a/e = 2"));
  EXPECT_THAT(tokens("a:\n  b: 1\nc: 2"), ElementsAre("c", "c = 2"));
}

TEST(SourceLine, OfAListIsAnItem) {
  EXPECT_THAT(tokens("servers:\n  - 1.1.1.1\n  - 1.1.1.2"), ElementsAre("servers/- = 1.1.1.2"));
  EXPECT_THAT(tokens("servers:\n- 1.1.1.1\n- 1.1.1.2: canary"),
              ElementsAre("1.1.1.2", "servers/-/1.1.1.2 = canary"));
  EXPECT_THAT(tokens("a:\n  - b: 1\n    c: 2"), ElementsAre("c", "a/-/c = 2"));
  EXPECT_THAT(tokens("a:\n  - - b"), ElementsAre("a/-/- = b"));
}

TEST(SourceLine, MayHaveMapsAndListsInBrackets) {
  EXPECT_THAT(
      tokens("a: { b: 1, \"c\":2, d: [ e, { f: g } ], h }"),
      ElementsAre("a", "b", "a/b = 1", "\"c\"", "a/c = 2", "d", "a/d/- = e", "f", "a/d/-/f = g", "a = h"));
  EXPECT_THAT(tokens("a: [ 'x, y', b ]  # c"), ElementsAre("a", "a/- = 'x, y'", "a/- = b"));
  EXPECT_THAT(tokens("a: [ b, c"), ElementsAre("a", "a/- = b", "a/- = c"));
}

TEST(SourceLine, MayContinueAValue) {
  EXPECT_THAT(tokens("ssh:\n  key_data:\n    - |\n      -----BEGIN"),
              ElementsAre("ssh/key_data/- = -----BEGIN"));
  EXPECT_THAT(tokens("a:\n  b: one\n    two"), ElementsAre("a/b = two"));
}

// A password may begin like one.
TEST(SourceLine, TakesAnchorsAndTagsForPartOfTheirValue) {
  EXPECT_THAT(tokens("a: &b !c d"), ElementsAre("a", "a = &b !c d"));
  EXPECT_THAT(tokens("a: &b"), ElementsAre("a", "a = &b"));
  EXPECT_THAT(tokens("a: &b { c: !d e, f: &g [ h ] }"),
              ElementsAre("a", "a = &b", "c", "a/c = !d e", "f", "a/f = &g", "a/f/- = h"));
}

TEST(SourceLine, HasNoTokenForTheHeaderOfABlock) {
  EXPECT_THAT(tokens("a: |-"), ElementsAre("a"));
  EXPECT_THAT(tokens("a: >2+"), ElementsAre("a"));
  EXPECT_THAT(tokens("a: !b |"), ElementsAre("a", "a = !b"));
  EXPECT_THAT(tokens("a: |1234"), ElementsAre("a", "a = |1234"));
  EXPECT_THAT(tokens("a: | b"), ElementsAre("a", "a = | b"));
}

TEST(SourceLine, TakesTagsOfTemplatesAsText) {
  EXPECT_THAT(tokens("a: <%= b ? \"c: d\" : 'e' %>"), ElementsAre("a", "a = <%= b ? \"c: d\" : 'e' %>"));
  EXPECT_THAT(tokens("<% if a: b %>"), IsEmpty());
  EXPECT_THAT(tokens("a:\n<% if b %>\n  c: d"), ElementsAre("c", "a/c = d"));
}

TEST(SourceLine, LeavesWhatItDoesNotUnderstandToNoSetting) {
  EXPECT_THAT(tokens("username: a, password: b"), ElementsAre("username", "username/? = a, password: b"));
  EXPECT_THAT(tokens("a: [ b ] c"), ElementsAre("a", "a/- = b", "? = c"));
  EXPECT_THAT(tokens("a: \"b\" c"), ElementsAre("a", "a = \"b\"", "? = c"));
  EXPECT_THAT(tokens("a: [ b } c"), ElementsAre("a", "a/- = b", "? = } c"));
}

TEST(SourceLine, HasBoundedDepth) {
  const std::string deep(100'000, '[');
  EXPECT_THAT(tokens("a: " + deep).size(), 2u);
}

TEST(SourceLine, EndsWhereItsCommentBegins) {
  EXPECT_EQ(end_of_content("a: b  # c"), 4u);
  EXPECT_EQ(end_of_content("a: b#c"), 6u);
  EXPECT_EQ(end_of_content("a: 'b # c'"), 10u);
  EXPECT_EQ(end_of_content("a: it's # c"), 7u);
  EXPECT_EQ(end_of_content("  # c"), 0u);
  EXPECT_EQ(end_of_content(""), 0u);
}

}  // namespace
}  // namespace kamal::config
