#include "kamal/support/system.h"

#include <gtest/gtest.h>

namespace kamal {
namespace {

TEST(Iso8601, IsInUtcWithoutFractions) {
  const auto time = std::chrono::system_clock::from_time_t(1767323045) + std::chrono::milliseconds(999);
  EXPECT_EQ(iso8601_utc(time), "2026-01-02T03:04:05Z");
}

TEST(Iso8601, IgnoresTheTimeZone) {
  setenv("TZ", "Asia/Tokyo", 1);
  tzset();
  EXPECT_EQ(iso8601_utc(std::chrono::system_clock::from_time_t(0)), "1970-01-01T00:00:00Z");
  unsetenv("TZ");
  tzset();
}

}  // namespace
}  // namespace kamal
