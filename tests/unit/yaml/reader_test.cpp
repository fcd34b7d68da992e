#include "kamal/yaml/reader.h"

#include <gtest/gtest.h>

#include "support/there.h"
#include "support/yaml_value.h"

namespace kamal::yaml {
namespace {

using kamal::test::texts;
using kamal::test::Words;

Value value_of(std::string_view text) { return read(text, "f.yml").value; }

std::string error_of(std::string_view text, const Limits& limits = {}) {
  try {
    read(text, "f.yml", limits);
    return "";
  } catch (const ConfigurationError& error) {
    return error.what();
  }
}

Words warnings_of(std::string_view text) { return texts(read(text, "f.yml").warnings); }

TEST(YamlReader, QuotedScalarsAreText) {
  const Value value = value_of("a: \"1\"\nb: 'yes'\nc: \"\"\nd: '12:30'\n");
  EXPECT_EQ(test::there(value.find("a")).text(), "1");
  EXPECT_TRUE(test::there(value.find("a")).is_string());
  EXPECT_TRUE(test::there(value.find("b")).is_string());
  EXPECT_TRUE(test::there(value.find("c")).is_string());
  EXPECT_EQ(test::there(value.find("d")).text(), "12:30");
}

TEST(YamlReader, DecodesNoBreakSpaceAndNextLineEscapes) {
  EXPECT_EQ(value_of("\"caf\u00E9\\_au\\Nlait \\xA0\"").text(), "caf\u00E9\u00A0au\u0085lait \u00A0");
}

TEST(YamlReader, BlockScalarsAreText) {
  const Value value = value_of("a: |\n  1\n  2\nb: >-\n  one\n  two\n");
  EXPECT_EQ(test::there(value.find("a")).text(), "1\n2\n");
  EXPECT_EQ(test::there(value.find("b")).text(), "one two");
}

TEST(YamlReader, MarksEveryValue) {
  const Value value = value_of("a: 1\n\nb:\n  c:\n    - x\n    - y\n");
  EXPECT_EQ(test::there(value.find("a")).mark().line, 1);
  EXPECT_EQ(test::there(value.find("b")).mark().line, 3);
  EXPECT_EQ(test::there(test::there(value.find("b")).find("c")).mark().line, 4);
  EXPECT_EQ(test::there(test::there(value.find("b")).find("c")).list().at(1).mark().line, 6);
  EXPECT_EQ(test::there(value.find("a")).mark().file, "f.yml");
}

// Line, column and key_column.
std::string place(const Mark& mark) {
  return std::to_string(mark.line) + ":" + std::to_string(mark.column) + ":" +
         std::to_string(mark.key_column);
}

TEST(YamlReader, MarksScalarsAtTheirColumn) {
  const Value value = value_of("a: 1\n\"b\" :  'c'\nd: { e: 2, f: [ 3, 4 ] }\n\u00E9: 5\n");
  EXPECT_EQ(place(test::there(value.find("a")).mark()), "1:4:1");
  EXPECT_EQ(place(test::there(value.find("b")).mark()), "2:8:1");
  const Value& d = test::there(value.find("d"));
  EXPECT_EQ(place(test::there(d.find("e")).mark()), "3:9:6");
  EXPECT_EQ(place(test::there(d.find("f")).list().at(1).mark()), "3:20:0");
  EXPECT_EQ(place(test::there(value.find("\u00E9")).mark()), "4:5:1");
}

TEST(YamlReader, MarksOtherValuesAtTheColumnOfTheirKey) {
  const Value value = value_of("a:\n  b: [ 1 ]\n  c:\n    2\n  d:\ne: |\n  x\n");
  EXPECT_EQ(place(test::there(value.find("a")).mark()), "1:1:1");
  const Value& a = test::there(value.find("a"));
  EXPECT_EQ(place(test::there(a.find("b")).mark()), "2:3:3");
  EXPECT_EQ(place(test::there(a.find("c")).mark()), "3:3:3");
  EXPECT_EQ(place(test::there(a.find("d")).mark()), "5:3:3");
}

TEST(YamlReader, MarksTheKeyOfAScalar) {
  const Value value = value_of("a:\n  b: 1\n");
  EXPECT_EQ(place(test::there(test::there(value.find("a")).find("b")).mark().of_key()), "2:3:3");
  EXPECT_EQ(place(value.mark().of_key()), "1:1:0");
}

TEST(YamlReader, MarksErrorsAtTheirColumn) {
  const auto column = [](std::string_view text) {
    try {
      read(text, "f.yml");
    } catch (const ConfigurationError& error) {
      return error.problems().at(0).mark.column;
    }
    return 0;
  };
  EXPECT_EQ(column("a: 1\nb: *c\n"), 4);
  EXPECT_EQ(column("a:\n  \tb: 1\n"), 3);
  EXPECT_EQ(column("a: 1\nb: 'c\n"), 4);
  EXPECT_EQ(column("a: 1\nb: \x01\n"), 4);
}

TEST(YamlReader, AliasesCopyTheirAnchor) {
  const Value value = value_of("a: &x [ 1, 2 ]\nb: *x\nc: &y text\nd: *y\n*y : e\n");
  EXPECT_EQ(test::there(value.find("b")).list().at(1).text(), "2");
  EXPECT_EQ(test::there(value.find("d")).text(), "text");
  EXPECT_EQ(test::there(value.find("text")).text(), "e");
}

TEST(YamlReader, RedefinedAnchorMeansTheLast) {
  EXPECT_EQ(test::there(value_of("a: &x 1\nb: &x 2\nc: *x\n").find("c")).text(), "2");
}

TEST(YamlReader, MergeKeysAddEntries) {
  const Value value = value_of("x: &x { a: 1, b: 2 }\ny:\n  <<: *x\n  b: 3\n");
  EXPECT_EQ(test::there(test::there(value.find("y")).find("a")).text(), "1");
  EXPECT_EQ(test::there(test::there(value.find("y")).find("b")).text(), "3");
  EXPECT_EQ(test::there(value.find("y")).find("<<"), nullptr);
}

TEST(YamlReader, TheFirstOfSeveralMergedMapsWins) {
  const Value value = value_of("x: &x { a: 1 }\ny: &y { a: 2, b: 2 }\nz:\n  <<: [ *x, *y ]\n");
  EXPECT_EQ(test::there(test::there(value.find("z")).find("a")).text(), "1");
  EXPECT_EQ(test::there(test::there(value.find("z")).find("b")).text(), "2");
}

TEST(YamlReader, OverridingAMergedKeyDoesNotWarn) {
  EXPECT_EQ(warnings_of("x: &x { a: 1 }\ny:\n  <<: *x\n  a: 3\n"), Words());
}

TEST(YamlReader, MergeAfterAKeyOverridesItAndWarns) {
  const Document document = read("x: &x { a: 1 }\ny:\n  a: 3\n  <<: *x\n", "f.yml");
  EXPECT_EQ(test::there(test::there(document.value.find("y")).find("a")).text(), "1");
  EXPECT_EQ(texts(document.warnings), Words{"f.yml:4: << after the key a overrides it (put << first)"});
}

TEST(YamlReader, OnlyMapsMerge) {
  EXPECT_TRUE(test::there(value_of("a: &a [ 1 ]\nb:\n  <<: *a\n").find("b")).has("<<"));
  EXPECT_TRUE(test::there(value_of("b:\n  <<: text\n").find("b")).has("<<"));
}

TEST(YamlReader, LastDuplicateKeyWinsAndWarns) {
  const Document document = read("a: 1\nb: 2\na: 3\n", "f.yml");
  EXPECT_EQ(document.value.map().at(0).second.text(), "3");
  EXPECT_EQ(document.value.map().size(), 2u);
  EXPECT_EQ(texts(document.warnings), Words{"f.yml:3: duplicate key a, overrides line 1"});
}

TEST(YamlReader, KeysAreReadLikeValues) {
  const Document document = read("on: 1\n8080: 2\n\"no\": 3\n", "f.yml");
  EXPECT_TRUE(document.value.has("true"));
  EXPECT_TRUE(document.value.has("8080"));
  EXPECT_TRUE(document.value.has("no"));
  EXPECT_EQ(texts(document.warnings),
            Words{"f.yml:1: YAML reads the key on as true (quote it to keep it as is)"});
}

TEST(YamlReader, SymbolKeysKeepTheirColon) { EXPECT_TRUE(value_of(":clear: 1\n").has(":clear")); }

TEST(YamlReader, TagsSetTheType) {
  const Value value =
      value_of("a: !!str 12\nb: !str yes\nc: !ruby/symbol quiet\nd: !!binary aGk=\ne: !other 5\n");
  EXPECT_EQ(test::there(value.find("a")).text(), "12");
  EXPECT_TRUE(test::there(value.find("a")).is_string());
  EXPECT_EQ(test::there(value.find("b")).text(), "yes");
  EXPECT_EQ(test::there(value.find("c")).source_text(), ":quiet");
  EXPECT_EQ(test::there(value.find("d")).text(), "hi");
  EXPECT_TRUE(test::there(value.find("e")).is_integer());
}

TEST(YamlReader, RejectsRubyObjects) {
  EXPECT_EQ(
      error_of("a: !ruby/object:Gem::Version { version: 1 }\n"),
      "f.yml:1: !ruby/object:Gem::Version creates a Ruby object, which is not supported (write plain YAML)");
  EXPECT_EQ(error_of("a: !ruby/regexp /x/\n"),
            "f.yml:1: !ruby/regexp creates a Ruby object, which is not supported (write plain YAML)");
}

TEST(YamlReader, OnlyTheFirstDocumentCounts) {
  EXPECT_EQ(test::there(value_of("---\na: 1\n---\na: 2\n").find("a")).text(), "1");
  EXPECT_EQ(test::there(value_of("a: 1\n...\n").find("a")).text(), "1");
}

TEST(YamlReader, NothingAndCommentsAreNull) {
  EXPECT_TRUE(value_of("").is_null());
  EXPECT_TRUE(value_of("# only a comment\n").is_null());
  EXPECT_TRUE(value_of("---\n").is_null());
}

TEST(YamlReader, IgnoresByteOrderMarkAndCarriageReturns) {
  EXPECT_EQ(value_of("\xEF\xBB\xBF"
                     "a: \"x\"\r\nb: y\r\n")
                .find("a")
                ->text(),
            "x");
  EXPECT_EQ(test::there(value_of("a: x\r\nb: y\r\n").find("b")).text(), "y");
}

TEST(YamlReader, ErrorsNameFileAndLine) {
  EXPECT_EQ(error_of("a: 1\nb: [ 2\nc: 3\n").substr(0, 33), "f.yml:3: invalid YAML: unclosed [");
  EXPECT_EQ(error_of("a: x\n b: y\n").substr(0, 22), "f.yml:2: invalid YAML:");
}

TEST(YamlReader, ReportsTabsInIndentation) {
  EXPECT_EQ(error_of("servers:\n\t- a\n"), "f.yml:2: invalid YAML: tab in indentation (use spaces)");
}

TEST(YamlReader, ReportsUndefinedAlias) {
  EXPECT_EQ(error_of("a: 1\nb: *nobody\n"), "f.yml:2: invalid YAML: undefined anchor &nobody");
}

TEST(YamlReader, ReportsUnterminatedQuote) {
  EXPECT_EQ(error_of("a: 1\nb: \"text\nc: 3\n"), "f.yml:2: unterminated quote");
  EXPECT_EQ(error_of("a: 'it''s\n"), "f.yml:1: unterminated quote");
  EXPECT_EQ(error_of("a: \"x\\\"\n"), "f.yml:1: unterminated quote");
  EXPECT_EQ(error_of("a: 'it''s'\nb: \"\\\"\"\nc: &x !t \"y\"\n"), "");
}

TEST(YamlReader, ReportsMissingColonOnLastLine) {
  EXPECT_EQ(error_of("a: 1\nkeys_only true\n"), "f.yml:2: missing colon after keys_only true");
  EXPECT_EQ(error_of("a: 1\nb:\n"), "");
  EXPECT_EQ(error_of("{ a, b: 1 }\n"), "");
}

TEST(YamlReader, RejectsTrailingContent) {
  EXPECT_EQ(error_of("- a\nb: 1\n").substr(0, 22), "f.yml:2: invalid YAML:");
  EXPECT_EQ(error_of("  a: 1\nb: 2\n").substr(0, 22), "f.yml:2: invalid YAML:");
}

TEST(YamlReader, RejectsListsAndMapsAsKeys) {
  EXPECT_EQ(error_of("? [ a ]\n: b\n"), "f.yml:1: a list or map cannot be a key");
  EXPECT_EQ(error_of("~: b\n"), "f.yml:1: empty key (quote ~ if it is meant as a name)");
}

TEST(YamlReader, RejectsCircularAliases) { EXPECT_EQ(error_of("a: &a [ *a ]\n"), "f.yml:1: circular alias"); }

TEST(YamlReader, RejectsAliasBombs) {
  std::string bomb = "a: &a [ x, x, x, x, x, x, x, x, x, x ]\n";
  for (char c = 'b'; c <= 'k'; ++c) {
    const std::string before(1, static_cast<char>(c - 1));
    bomb += std::string(1, c) + ": &" + c + " [ ";
    for (int i = 0; i < 10; ++i) bomb += (i > 0 ? ", *" : "*") + before;
    bomb += " ]\n";
  }
  EXPECT_NE(error_of(bomb).find("file too large"), std::string::npos);
}

TEST(YamlReader, RejectsLongTextRepeatedByAliases) {
  const Limits limits{1000, 100, 10};
  EXPECT_EQ(error_of("a: &a 0123456789012345678901234567890123456789\nb: *a\n", limits), "");
  EXPECT_NE(error_of("a: &a 0123456789012345678901234567890123456789\nb: *a\nc: *a\n", limits), "");
}

TEST(YamlReader, RejectsDeepNesting) {
  EXPECT_EQ(error_of(std::string(100, '[') + std::string(100, ']')), "");
  EXPECT_EQ(error_of(std::string(101, '[') + std::string(101, ']')),
            "f.yml:1: lists and maps nested deeper than 100 levels");
  std::string dashes;
  for (int i = 0; i < 100'000; ++i) dashes += "- ";
  EXPECT_EQ(error_of(dashes), "f.yml:1: lists and maps nested deeper than 100 levels");
}

TEST(YamlReader, RejectsBinaryFiles) {
  EXPECT_EQ(error_of("a: 1\nb: \x01\n"),
            "f.yml:2: invalid control character; not a text file (use YAML in UTF-8)");
  EXPECT_EQ(error_of(std::string_view("a: 1\n\0", 6)),
            "f.yml:2: invalid control character; not a text file (use YAML in UTF-8)");
  EXPECT_EQ(error_of("a: 1\nb: \x7F\n"),
            "f.yml:2: invalid control character; not a text file (use YAML in UTF-8)");
}

TEST(YamlReader, RejectsInvalidUtf8) {
  for (const char* broken :
       {"\xE9", "\xC0\xAF", "\xE0\x80\x80", "\xED\xA0\x80", "\xF8\x80\x80\x80", "\xE2\x82"}) {
    EXPECT_EQ(error_of("a: 1\nb: " + std::string(broken) + "\n"),
              "f.yml:2: invalid UTF-8; not a text file (use YAML in UTF-8)");
  }
  EXPECT_EQ(test::there(value_of("a: naïve ☕ 日本 𝄞\n").find("a")).text(), "naïve ☕ 日本 𝄞");
}

}  // namespace
}  // namespace kamal::yaml
