#include "kamal/support/age.h"

#include <fmt/format.h>

#include <cstdio>

namespace kamal {

using namespace std::chrono_literals;

std::optional<std::chrono::system_clock::time_point> parse_iso8601_utc(std::string_view text) {
  int year = 0;
  unsigned month = 0, day = 0, hour = 0, minute = 0, second = 0;
  if (std::sscanf(std::string(text).c_str(), "%d-%u-%uT%u:%u:%u", &year, &month, &day, &hour, &minute,
                  &second) != 6 ||
      !text.ends_with('Z')) {
    return std::nullopt;
  }
  const std::chrono::year_month_day date{std::chrono::year(year), std::chrono::month(month),
                                         std::chrono::day(day)};
  if (!date.ok()) return std::nullopt;
  return std::chrono::sys_days(date) + std::chrono::hours(hour) + std::chrono::minutes(minute) +
         std::chrono::seconds(second);
}

std::string age_text(std::chrono::seconds age) {
  const auto in = [&](std::chrono::seconds unit, const char* name) {
    const auto count = age / unit;
    return fmt::format("{} {}{}", count, name, count == 1 ? "" : "s");
  };
  if (age < 1min) return in(1s, "second");
  if (age < 1h) return in(1min, "minute");
  if (age < 48h) return in(1h, "hour");
  return in(24h, "day");
}

}  // namespace kamal
