#include "kamal/support/system.h"

#include <gtest/gtest.h>

namespace kamal {
namespace {

using namespace std::chrono_literals;

TEST(ParseIso8601Utc, ReadsWhatDockerAndKamalWrite) {
  for (const char* text : {"2026-01-02T03:04:05Z", "2026-01-02T03:04:05.123456789Z"}) {
    const auto time = parse_iso8601_utc(text);
    ASSERT_TRUE(time) << text;
    EXPECT_EQ(iso8601_utc(*time), "2026-01-02T03:04:05Z");
  }
}

TEST(ParseIso8601Utc, RefusesTimesThatTheClockCannotHold) {
  for (const char* text : {"0001-01-01T00:00:00Z", "9999-01-01T00:00:00Z"})
    EXPECT_FALSE(parse_iso8601_utc(text)) << text;
}

TEST(ParseIso8601Utc, RefusesWhatIsNoTimeInUtc) {
  for (const char* text : {"", "now", "2026-13-02T03:04:05Z", "2026-01-02T03:04:05", "2026-01-02"})
    EXPECT_FALSE(parse_iso8601_utc(text)) << text;
}

TEST(AgeText, NamesTheLargestWholeUnit) {
  EXPECT_EQ(age_text(0s), "0 seconds");
  EXPECT_EQ(age_text(1s), "1 second");
  EXPECT_EQ(age_text(59s), "59 seconds");
  EXPECT_EQ(age_text(60s), "1 minute");
  EXPECT_EQ(age_text(3h + 59min), "3 hours");
  EXPECT_EQ(age_text(47h), "47 hours");
  EXPECT_EQ(age_text(72h), "3 days");
}

}  // namespace
}  // namespace kamal
