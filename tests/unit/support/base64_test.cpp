#include "kamal/support/encoding.h"

#include <gmock/gmock.h>
#include <gtest/gtest.h>

namespace kamal {
namespace {

using ::testing::Optional;

std::string all_bytes() {
  std::string bytes;
  for (int c = 0; c < 256; ++c) bytes += static_cast<char>(c);
  return bytes;
}

TEST(Base64, IsASingleLine) { EXPECT_EQ(base64(std::string(60, 'a')).size(), 80U); }

TEST(Base64, OfEmptyIsEmpty) { EXPECT_EQ(base64(""), ""); }

TEST(Base64Lines, PadsTheRemainder) {
  EXPECT_EQ(base64_lines("f"), "Zg==\n");
  EXPECT_EQ(base64_lines("fo"), "Zm8=\n");
  EXPECT_EQ(base64_lines("foo"), "Zm9v\n");
}

TEST(Base64Lines, OfEmptyIsEmpty) { EXPECT_EQ(base64_lines(""), ""); }

TEST(Base64Lines, BreaksAfterSixtyCharacters) {
  EXPECT_EQ(base64_lines(std::string(46, 'a')),
            "YWFhYWFhYWFhYWFhYWFhYWFhYWFhYWFhYWFhYWFhYWFhYWFhYWFhYWFhYWFh\nYQ==\n");
}

TEST(Base64Lines, EndsAFullLineOnce) {
  EXPECT_EQ(base64_lines(std::string(45, 'a')),
            "YWFhYWFhYWFhYWFhYWFhYWFhYWFhYWFhYWFhYWFhYWFhYWFhYWFhYWFhYWFh\n");
}

TEST(Base64Decode, RestoresEveryByte) {
  EXPECT_THAT(base64_decode(base64_lines(all_bytes())), Optional(all_bytes()));
}

TEST(Base64Decode, SkipsWhiteSpace) {
  EXPECT_THAT(base64_decode(" Zm\n9v\r\n"), Optional(std::string("foo")));
}

TEST(Base64Decode, TakesTextWithoutPadding) { EXPECT_THAT(base64_decode("Zg"), Optional(std::string("f"))); }

TEST(Base64Decode, RefusesOtherCharacters) { EXPECT_EQ(base64_decode("Zm9v!"), std::nullopt); }

}  // namespace
}  // namespace kamal
