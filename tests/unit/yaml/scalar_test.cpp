#include "yaml/scalar.h"

#include <gtest/gtest.h>

// Readings of Psych 5, checked against it.
namespace kamal::yaml {
namespace {

struct Case {
  const char* written;
  const char* read;
};

void expect_texts(Value::Type type, std::initializer_list<Case> cases) {
  for (const Case& test : cases) {
    const Value value = read_plain_scalar(test.written);
    EXPECT_EQ(value.type(), type) << test.written;
    EXPECT_EQ(value.text(), test.read) << test.written;
  }
}

TEST(PlainScalar, Booleans) {
  expect_texts(Value::Type::boolean, {{"true", "true"},
                                      {"True", "true"},
                                      {"yes", "true"},
                                      {"YES", "true"},
                                      {"on", "true"},
                                      {"false", "false"},
                                      {"no", "false"},
                                      {"No", "false"},
                                      {"off", "false"}});
}

TEST(PlainScalar, Nulls) {
  for (const char* text : {"", "~", "null", "Null", "NULL", "nUll"}) {
    EXPECT_TRUE(read_plain_scalar(text).is_null()) << text;
  }
}

TEST(PlainScalar, LookalikesAreText) {
  expect_texts(Value::Type::string,
               {{"y", "y"}, {"n", "n"}, {"yes1", "yes1"}, {"nulls", "nulls"}, {"offf", "offf"}});
}

TEST(PlainScalar, Integers) {
  expect_texts(Value::Type::integer, {{"0", "0"},
                                      {"1", "1"},
                                      {"-1", "-1"},
                                      {"+1", "1"},
                                      {"1_000", "1000"},
                                      {"80,443", "80443"},
                                      {"1,2,3", "123"},
                                      {"0644", "420"},
                                      {"00", "0"},
                                      {"-017", "-15"},
                                      {"0x1F", "31"},
                                      {"0b101", "5"},
                                      {"-0x1f", "-31"},
                                      {"9223372036854775807", "9223372036854775807"}});
}

TEST(PlainScalar, NonIntegers) {
  expect_texts(Value::Type::string, {{"08", "08"},
                                     {"0o7", "0o7"},
                                     {"1__000", "1__000"},
                                     {"1_", "1_"},
                                     {"1,", "1,"},
                                     {"0xg", "0xg"},
                                     {"0b12", "0b12"},
                                     {"0_", "0_"},
                                     {"-0,", "-0,"},
                                     {"1e3", "1e3"},
                                     {"1.2.3.4", "1.2.3.4"},
                                     {"10%", "10%"},
                                     {"1-2", "1-2"},
                                     {"+a", "+a"},
                                     {"123456789012345678901234567890", "123456789012345678901234567890"},
                                     {"-123456789012345678901234567890", "-123456789012345678901234567890"}});
}

TEST(PlainScalar, Fractions) {
  expect_texts(Value::Type::floating, {{"1.50", "1.5"},
                                       {"1.10", "1.1"},
                                       {".5", "0.5"},
                                       {"5.", "5.0"},
                                       {"-1.5", "-1.5"},
                                       {"1.0e+3", "1000.0"},
                                       {"1.5e-3", "0.0015"},
                                       {"1_000.5", "1000.5"},
                                       {"1,000.5", "1000.5"},
                                       {".inf", "Infinity"},
                                       {"-.INF", "-Infinity"},
                                       {".nan", "NaN"}});
}

TEST(PlainScalar, NonFractions) {
  expect_texts(Value::Type::string, {{".", "."},
                                     {"-.", "-."},
                                     {"1.5e3", "1.5e3"},
                                     {"1.5e35", "1.5e35"},
                                     {"1.2.3", "1.2.3"},
                                     {".e+3", ".e+3"}});
}

TEST(PlainScalar, SexagesimalNumbers) {
  expect_texts(Value::Type::integer, {{"12:30", "45000"},
                                      {"22:22", "80520"},
                                      {"1:59:59", "7199"},
                                      {"-12:30", "-41400"},
                                      {"0:0", "0"},
                                      {"1_0:30", "37800"}});
  expect_texts(Value::Type::floating, {{"12:30.5", "45030.0"}});
}

TEST(PlainScalar, NonSexagesimalNumbers) {
  expect_texts(Value::Type::string,
               {{"80:80", "80:80"}, {"1:60", "1:60"}, {"1:2:3:4", "1:2:3:4"}, {"a:1", "a:1"}});
}

TEST(PlainScalar, DatesAndTimesStayText) {
  expect_texts(Value::Type::string, {{"2026-01-02", "2026-01-02"},
                                     {"2026-1-2", "2026-01-02"},
                                     {"2024-02-29", "2024-02-29"},
                                     {"2026-01-02 10:00:00", "2026-01-02 10:00:00"},
                                     {"2026-01-02T10:00:00Z", "2026-01-02T10:00:00Z"},
                                     {"2026-01-02 10:00:00 +01:00", "2026-01-02 10:00:00 +01:00"}});
  EXPECT_EQ(read_plain_scalar("2026-01-02").source_text(), "2026-01-02");
  EXPECT_EQ(read_plain_scalar("2000-02-29").source_text(), "2000-02-29");
}

TEST(PlainScalar, InvalidDatesAreText) {
  for (const char* text : {"2026-02-30", "2026-13-01", "2026-00-10", "2023-02-29", "1900-02-29"}) {
    EXPECT_EQ(read_plain_scalar(text).text(), text);
    EXPECT_EQ(read_plain_scalar(text).source_text(), "") << text;
  }
}

TEST(PlainScalar, SymbolsLoseTheirColon) {
  EXPECT_EQ(read_plain_scalar(":verbose").text(), "verbose");
  EXPECT_EQ(read_plain_scalar(":verbose").source_text(), ":verbose");
  EXPECT_EQ(read_plain_scalar(":\"two words\"").text(), "two words");
  EXPECT_EQ(read_plain_scalar("::1").text(), ":1");
  EXPECT_EQ(read_plain_scalar(":").text(), ":");
}

TEST(PlainScalar, KeepsSourceTextOfOddReadings) {
  EXPECT_EQ(read_plain_scalar("80,443").source_text(), "80,443");
  EXPECT_EQ(read_plain_scalar("yes").source_text(), "yes");
  EXPECT_EQ(read_plain_scalar("1.50").source_text(), "1.50");
  EXPECT_EQ(read_plain_scalar("true").source_text(), "");
  EXPECT_EQ(read_plain_scalar("8080").source_text(), "");
  EXPECT_EQ(read_plain_scalar("0.5").source_text(), "");
}

}  // namespace
}  // namespace kamal::yaml
