#include "kamal/support/system.h"

#include <gmock/gmock.h>
#include <gtest/gtest.h>

namespace kamal {
namespace {

TEST(SystemRandom, GivesTwoHexadecimalDigitsForAByte) {
  EXPECT_THAT(SystemRandom().hex(8), ::testing::MatchesRegex("[0-9a-f]{16}"));
}

TEST(SystemRandom, DoesNotRepeatItself) {
  SystemRandom random;
  EXPECT_NE(random.hex(16), random.hex(16));
}

TEST(SystemRandom, GivesNothingForNoBytes) { EXPECT_EQ(SystemRandom().hex(0), ""); }

}  // namespace
}  // namespace kamal
