#include "kamal/yaml/emitter.h"

#include <gtest/gtest.h>

#include "kamal/support/strings.h"
#include "support/there.h"
#include "support/yaml_value.h"

// Expected texts are what Psych 5 over libyaml 0.2.5 writes.
namespace kamal::yaml {
namespace {

std::string item(const std::string& text) { return emit(Value(Value::List{Value(text)})); }

TEST(YamlEmitter, WritesListsInMapsWithoutIndentation) {
  EXPECT_EQ(emit(read("a:\n  - 1\n  - [ 2, 3 ]\n  - { x: 1, z: [ 4 ] }\nb: { c: { d: e } }\n", "f").value),
            "---\na:\n- 1\n- - 2\n  - 3\n- x: 1\n  z:\n  - 4\nb:\n  c:\n    d: e\n");
}

TEST(YamlEmitter, WritesEmptyCollectionsAndNull) {
  EXPECT_EQ(emit(read("a: []\nb: {}\nc:\nd: [ ~ ]\n", "f").value), "---\na: []\nb: {}\nc:\nd:\n-\n");
  EXPECT_EQ(emit(Value(Value::Type::map, {})), "--- {}\n");
}

TEST(YamlEmitter, WritesScalars) {
  EXPECT_EQ(emit(read("a: yes\nb: 1.50\nc: 0x1f\nd: :verbose\n:e: 1\n", "f").value),
            "---\na: true\nb: 1.5\nc: 31\nd: :verbose\n:e: 1\n");
}

TEST(YamlEmitter, KeepsOrdinaryTextPlain) {
  for (const char* text :
       {"web", "127.0.0.1", "a b", "acme/shop:v1", "a#b", "say \"hi\"", "x-1", "ü", "a,b", "_a"}) {
    EXPECT_EQ(item(text), std::string("---\n- ") + text + "\n");
  }
}

TEST(YamlEmitter, DoubleQuotesTextWithAnOddStart) {
  for (const char* text :
       {"../keys/client", "/a/b", "--volume", "@a", "#a", "~", "-1", ".kamal", ":sym", "{}", "*a"}) {
    EXPECT_EQ(item(text), "---\n- \"" + std::string(text) + "\"\n");
  }
  EXPECT_EQ(item("y"), "---\n- \"y\"\n");
  EXPECT_EQ(item("N"), "---\n- \"N\"\n");
}

TEST(YamlEmitter, SingleQuotesAmbiguousText) {
  for (const char* text : {"yes", "null", "1", "1.0", "12:30", "0644", "089", "80,443", "2026-01-02",
                           "\"local\"", "a: b", "a #b", "trail ", "a:", ""}) {
    EXPECT_EQ(item(text), "---\n- '" + std::string(text) + "'\n");
  }
}

TEST(YamlEmitter, DoublesSingleQuotes) { EXPECT_EQ(item("it's: here"), "---\n- 'it''s: here'\n"); }

TEST(YamlEmitter, EscapesControlCharacters) {
  EXPECT_EQ(item("tab\there"), "---\n- \"tab\\there\"\n");
  EXPECT_EQ(item("a\x01"), "---\n- \"a\\x01\"\n");
}

TEST(YamlEmitter, EscapesUnprintableCharacters) {
  EXPECT_EQ(item("\U0001F600"), "---\n- \"\\U0001F600\"\n");
  EXPECT_EQ(item("x\uFEFF"), "---\n- \"x\\uFEFF\"\n");
  EXPECT_EQ(item("\u2028x\u2029"), "---\n- \"\\Lx\\P\"\n");
  EXPECT_EQ(item("a\u0085"), "---\n- \"a\\N\"\n");
  EXPECT_EQ(item("\x1B\a"), "---\n- \"\\e\\a\"\n");
}

TEST(YamlEmitter, KeepsOtherCharacters) { EXPECT_EQ(item("caf\u00E9 \u20AC"), "---\n- caf\u00E9 \u20AC\n"); }

TEST(YamlEmitter, WritesBinaryAsBase64) {
  EXPECT_EQ(item("\xC9\xEB"), "---\n- !binary \"yes=\"\n");
  Value map(Value::Type::map, {});
  map.map().emplace_back("\xC9\xEB", Value(std::string("\xC9\xEB")));
  EXPECT_EQ(emit(map), "---\n!binary \"yes=\": !binary \"yes=\"\n");
}

TEST(YamlEmitter, TagsAKeyThatWouldMerge) {
  EXPECT_EQ(emit(read("!!str '<<': { a: 1 }\n", "f").value), "---\n!!str '<<':\n  a: 1\n");
}

TEST(YamlEmitter, TagsSymbolsThatNeedQuotes) {
  EXPECT_EQ(emit(read("a: !ruby/symbol \"x\\ty\"\n", "f").value), "---\na: !ruby/symbol \"x\\ty\"\n");
  EXPECT_EQ(emit(read("a: !ruby/symbol '\"x\"'\n", "f").value), "---\na: !ruby/symbol \"\\\"x\\\"\"\n");
}

TEST(YamlEmitter, WritesMultilineTextAsABlock) {
  EXPECT_EQ(item("x\ny"), "---\n- |-\n  x\n  y\n");
  EXPECT_EQ(item("x\n\ny\n"), "---\n- |\n  x\n\n  y\n");
  EXPECT_EQ(item(" x\ny"), "---\n- |2-\n   x\n  y\n");
  EXPECT_EQ(item("\nx\ny"), "---\n- |2-\n\n  x\n  y\n");
  EXPECT_EQ(item("x\ny\n\n"), "---\n- |+\n  x\n  y\n\n");
}

TEST(YamlEmitter, QuotesTextThatOnlyEndsInLineFeeds) {
  EXPECT_EQ(item("x\n\n"), "---\n- \"x\\n\\n\"\n");
  EXPECT_EQ(item("\n"), "---\n- \"\\n\"\n");
}

TEST(YamlEmitter, QuotesTextThatWouldStartOrEndADocument) {
  EXPECT_EQ(item("---\"a"), "---\n- '---\"a'\n");
  EXPECT_EQ(item("...\"a"), "---\n- '...\"a'\n");
  for (const char* text : {"---x", "--- a", "..."}) {
    EXPECT_EQ(item(text), "---\n- \"" + std::string(text) + "\"\n");
    EXPECT_EQ(emit(read("\"" + std::string(text) + "\": 1\n", "f").value),
              "---\n\"" + std::string(text) + "\": 1\n");
  }
}

TEST(YamlEmitter, FoldsLongTextAtSpaces) {
  std::string words;
  for (int i = 0; i < 20; ++i) words += i > 0 ? " word" : "word";
  EXPECT_EQ(item(words),
            "---\n- word word word word word word word word word word word word word word word word\n"
            "  word word word word\n");
}

TEST(YamlEmitter, QuotesKeysLikeValues) {
  EXPECT_EQ(emit(read("\"yes\": 1\n\"y\": 2\n\"a: b\": 3\n", "f").value),
            "---\n'yes': 1\n\"y\": 2\n'a: b': 3\n");
}

TEST(YamlEmitter, MarksLongKeys) {
  const std::string longest(128, 'k'), longer(129, 'k');
  const auto emitted = [](const std::string& key, const std::string& value) {
    return emit(read(key + ": " + value + "\n", "f").value);
  };
  EXPECT_EQ(emitted(longest, "1"), "---\n" + longest + ": 1\n");
  EXPECT_EQ(emitted(longer, "1"), "---\n? " + longer + "\n: 1\n");
  EXPECT_EQ(emitted(longer, "{ a: 1, b: [ 2 ] }"), "---\n? " + longer + "\n: a: 1\n  b:\n  - 2\n");
  EXPECT_EQ(emitted(longer, "[ 1, 2 ]"), "---\n? " + longer + "\n: - 1\n  - 2\n");
  EXPECT_EQ(emitted(longer, "{}"), "---\n? " + longer + "\n: {}\n");
}

TEST(YamlEmitter, RoundTripsKeysWhoseEscapesMakeThemLong) {
  const std::string key(600, '\r'), escaped = replace_all(key, "\r", "\\r");
  const Value value = read(emit(read("? \"" + escaped + "\"\n: 1\n", "f").value), "g").value;
  ASSERT_EQ(value.map().size(), 1u);
  EXPECT_EQ(value.map()[0].first, key);
}

TEST(YamlEmitter, RoundTrips) {
  const Value value =
      read("a: [ 'x: y', \"1\", ' lead', 'it''s', '', \"tab\\t\", \"l1\\nl2\" ]\n", "f").value;
  const Value again = read(emit(value), "g").value;
  ASSERT_EQ(test::there(again.find("a")).list().size(), test::there(value.find("a")).list().size());
  for (size_t i = 0; i < test::there(value.find("a")).list().size(); ++i) {
    EXPECT_EQ(test::there(again.find("a")).list()[i].text(), test::there(value.find("a")).list()[i].text());
  }
}

}  // namespace
}  // namespace kamal::yaml
