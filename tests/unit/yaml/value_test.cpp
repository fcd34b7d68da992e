#include "kamal/yaml/value.h"

#include <gtest/gtest.h>

#include "support/there.h"
#include "support/yaml_value.h"

namespace kamal {
namespace {

using test::yaml_value;

TEST(Value, TextIsTheCommandLineForm) {
  EXPECT_EQ(Value().text(), "");
  EXPECT_EQ(Value(true).text(), "true");
  EXPECT_EQ(Value(false).text(), "false");
  EXPECT_EQ(Value(int64_t{-8080}).text(), "-8080");
  EXPECT_EQ(Value(std::string("a b")).text(), "a b");
}

TEST(Value, FloatTextMatchesRuby) {
  EXPECT_EQ(Value(0.5).text(), "0.5");
  EXPECT_EQ(Value(2.0).text(), "2.0");
  EXPECT_EQ(Value(0.1).text(), "0.1");
  EXPECT_EQ(Value(1e15).text(), "1000000000000000.0");
  EXPECT_EQ(Value(1e16).text(), "1.0e+16");
  EXPECT_EQ(Value(1.5e20).text(), "1.5e+20");
  EXPECT_EQ(Value(0.0001).text(), "0.0001");
  EXPECT_EQ(Value(0.00001).text(), "1.0e-05");
  EXPECT_EQ(Value(-0.0).text(), "-0.0");
}

TEST(Value, BlankMeansEmpty) {
  for (const char* yaml : {"a:", "a: false", "a: ''", "a: '  '", "a: []", "a: {}"}) {
    EXPECT_TRUE(test::there(yaml_value(yaml).find("a")).is_blank()) << yaml;
  }
  for (const char* yaml : {"a: 0", "a: true", "a: x", "a: [ 1 ]", "a: { b: 1 }", "a: 0.0"}) {
    EXPECT_FALSE(test::there(yaml_value(yaml).find("a")).is_blank()) << yaml;
  }
}

TEST(Value, FindsNothingInNonMaps) {
  EXPECT_EQ(Value(std::string("text")).find("key"), nullptr);
  EXPECT_EQ(yaml_value("a: 1").find("b"), nullptr);
}

TEST(Value, SetReplacesInPlaceOrAppends) {
  Value map = yaml_value("a: 1\nb: 2\n");
  map.set("a", Value(int64_t{3}));
  map.set("c", Value(int64_t{4}));
  ASSERT_EQ(map.map().size(), 3u);
  EXPECT_EQ(map.map().at(0).second.text(), "3");
  EXPECT_EQ(map.map().at(2).first, "c");
}

TEST(DeepMerge, MergesMapsKeyByKeyAtEveryDepth) {
  const Value merged =
      deep_merge(yaml_value("a: { b: { c: 1, d: 2 } }"), yaml_value("a: { b: { d: 3, e: 4 } }"));
  const Value& b = test::there(test::there(merged.find("a")).find("b"));
  EXPECT_EQ(test::there(b.find("c")).text(), "1");
  EXPECT_EQ(test::there(b.find("d")).text(), "3");
  EXPECT_EQ(test::there(b.find("e")).text(), "4");
}

TEST(DeepMerge, ListsReplaceLists) {
  const Value merged = deep_merge(yaml_value("a: [ 1, 2, 3 ]"), yaml_value("a: [ 4 ]"));
  ASSERT_EQ(test::there(merged.find("a")).list().size(), 1u);
  EXPECT_EQ(test::there(merged.find("a")).list().at(0).text(), "4");
}

TEST(DeepMerge, NullReplacesAMap) {
  EXPECT_TRUE(test::there(deep_merge(yaml_value("a: { b: 1 }"), yaml_value("a:")).find("a")).is_null());
}

TEST(DeepMerge, ListsAndMapsReplaceEachOther) {
  EXPECT_TRUE(test::there(deep_merge(yaml_value("a: { b: 1 }"), yaml_value("a: [ 1 ]")).find("a")).is_list());
  EXPECT_TRUE(test::there(deep_merge(yaml_value("a: [ 1 ]"), yaml_value("a: { b: 1 }")).find("a")).is_map());
}

TEST(DeepMerge, KeepsTheOrderOfTheBase) {
  const Value merged = deep_merge(yaml_value("b: 1\na: 2\n"), yaml_value("c: 3\na: 4\nb: 5\n"));
  EXPECT_EQ(merged.map().at(0).first, "b");
  EXPECT_EQ(merged.map().at(1).first, "a");
  EXPECT_EQ(merged.map().at(2).first, "c");
}

TEST(Problem, TextNamesFileLineAndKey) {
  EXPECT_EQ((Problem{{"config/deploy.yml", 3}, "proxy/host", "is empty"}.text()),
            "config/deploy.yml:3: proxy/host: is empty");
  EXPECT_EQ((Problem{{"config/deploy.yml", 0}, "image", "is missing"}.text()),
            "config/deploy.yml: image: is missing");
  EXPECT_EQ((Problem{{}, "", "nothing known"}.text()), "nothing known");
}

TEST(ConfigurationError, ListsOneProblemPerLine) {
  const ConfigurationError error({{{"a", 1}, "b", "c"}, {{"a", 2}, "d", "e"}});
  EXPECT_STREQ(error.what(), "a:1: b: c\na:2: d: e");
  EXPECT_EQ(error.problems().size(), 2u);
}

}  // namespace
}  // namespace kamal
