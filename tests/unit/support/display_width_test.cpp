#include "kamal/support/display_width.h"

#include <gtest/gtest.h>

namespace kamal {
namespace {

TEST(DisplayWidth, IsOneForLetters) {
  EXPECT_EQ(display_width("a"), 1u);
  EXPECT_EQ(display_width("\u00E9"), 1u);
  EXPECT_EQ(display_width("\u0416"), 1u);
}

TEST(DisplayWidth, IsTwoForEastAsianAndEmoji) {
  EXPECT_EQ(display_width("\u65E5"), 2u);
  EXPECT_EQ(display_width("\uD55C"), 2u);
  EXPECT_EQ(display_width("\uFF21"), 2u);
  EXPECT_EQ(display_width("\U0001F680"), 2u);
}

TEST(DisplayWidth, IsZeroForCombiningCharacters) {
  EXPECT_EQ(display_width("\u0301"), 0u);
  EXPECT_EQ(display_width("\u200D"), 0u);
  EXPECT_EQ(display_width("\uFE0F"), 0u);
}

}  // namespace
}  // namespace kamal
