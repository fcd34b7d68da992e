#include "kamal/support/encoding.h"

#include <gtest/gtest.h>

namespace kamal {
namespace {

TEST(Utf8CharacterSize, IsOneToFourBytes) {
  EXPECT_EQ(utf8_character_size("ax"), 1U);
  EXPECT_EQ(utf8_character_size("\u00E9x"), 2U);
  EXPECT_EQ(utf8_character_size("\u20ACx"), 3U);
  EXPECT_EQ(utf8_character_size("\U0001F600x"), 4U);
}

TEST(Utf8CharacterSize, OfNothingIsZero) { EXPECT_EQ(utf8_character_size(""), 0U); }

TEST(Utf8CharacterSize, IsZeroForATruncatedCharacter) {
  EXPECT_EQ(utf8_character_size("\xC3"), 0U);
  EXPECT_EQ(utf8_character_size("\xE2\x82"), 0U);
  EXPECT_EQ(utf8_character_size("\xC3("), 0U);
}

TEST(Utf8CharacterSize, IsZeroForAContinuationByte) { EXPECT_EQ(utf8_character_size("\x80"), 0U); }

TEST(Utf8CharacterSize, IsZeroForOverlongForms) {
  for (const char* text : {"\xC0\x80", "\xC1\xBF", "\xE0\x9F\xBF", "\xF0\x8F\xBF\xBF"}) {
    EXPECT_EQ(utf8_character_size(text), 0U);
  }
}

TEST(Utf8CharacterSize, IsZeroForSurrogatesAndBeyondUnicode) {
  for (const char* text : {"\xED\xA0\x80", "\xF4\x90\x80\x80", "\xF5\x80\x80\x80"}) {
    EXPECT_EQ(utf8_character_size(text), 0U);
  }
}

TEST(CodePoint, IsTheNumberOfTheCharacter) {
  EXPECT_EQ(code_point("a"), 0x61U);
  EXPECT_EQ(code_point("\u00E9"), 0xE9U);
  EXPECT_EQ(code_point("\u20AC"), 0x20ACU);
  EXPECT_EQ(code_point("\U0001F600"), 0x1F600U);
}

TEST(Utf8, IsTextOfCharactersOnly) {
  EXPECT_TRUE(is_utf8(std::string_view("a\0\u20AC", 5)));
  EXPECT_FALSE(is_utf8("a\xFF"));
}

TEST(Utf8Text, HasNoNulBytes) {
  EXPECT_TRUE(is_utf8_text("a\u20AC"));
  EXPECT_FALSE(is_utf8_text(std::string_view("a\0b", 3)));
}

TEST(Shortened, CutsNoCharacter) {
  EXPECT_EQ(shortened("abcd", 4), "abcd");
  EXPECT_EQ(shortened("abcde", 4), "abcd...");
  EXPECT_EQ(shortened("ab\xc3\xa9"
                      "e",
                      3),
            "ab...");
  EXPECT_EQ(shortened("ab\xc3\xa9"
                      "e",
                      4),
            "ab\xc3\xa9...");
}

}  // namespace
}  // namespace kamal
