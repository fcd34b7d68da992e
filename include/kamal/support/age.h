#pragma once

#include <chrono>
#include <optional>
#include <string>
#include <string_view>

namespace kamal {

// 2026-01-02T03:04:05Z, also with fractions of a second, which are cut.
std::optional<std::chrono::system_clock::time_point> parse_iso8601_utc(std::string_view text);

// For people, in whole units: 1 second, 3 minutes, 47 hours, 12 days.
std::string age_text(std::chrono::seconds age);

}  // namespace kamal
