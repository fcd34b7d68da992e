#include "kamal/support/system.h"

#include <fmt/chrono.h>
#include <fmt/format.h>
#include <sys/random.h>
#include <unistd.h>

#include <cerrno>
#include <cstdio>
#include <stdexcept>
#include <system_error>
#include <vector>

#include "kamal/support/encoding.h"
#include "kamal/support/interruption.h"
#include "kamal/support/strings.h"

namespace kamal {

using namespace std::chrono_literals;

EnvironmentMap current_environment() {
  EnvironmentMap environment;
  for (char** entry = environ; entry && *entry; ++entry) {
    const std::string_view text = *entry;
    const size_t equals = text.find('=');
    if (equals != std::string_view::npos)
      environment.emplace(text.substr(0, equals), text.substr(equals + 1));
  }
  return environment;
}

std::optional<std::string> get(const EnvironmentMap& environment, const std::string& name) {
  const auto found = environment.find(name);
  if (found == environment.end()) return std::nullopt;
  return found->second;
}

std::optional<std::chrono::milliseconds> time_limit(const EnvironmentMap& environment,
                                                    const std::string& variable,
                                                    std::optional<std::chrono::milliseconds> by_default) {
  constexpr int64_t max_seconds = 7 * 24 * 3600;
  const auto text = get(environment, variable);
  if (!text || text->empty()) return by_default;
  const auto seconds = parse_integer(*text);
  if (!seconds || *seconds < 0 || *seconds > max_seconds)
    throw std::runtime_error(variable + " is " + *text + ", but must be an integer (seconds; 0: none)");
  if (*seconds == 0) return std::nullopt;
  return std::chrono::seconds(*seconds);
}

std::optional<std::chrono::milliseconds> secrets_timeout(const EnvironmentMap& environment) {
  return time_limit(environment, "KAMAL_SECRETS_TIMEOUT", std::chrono::seconds(600));
}

std::string iso8601_utc(std::chrono::system_clock::time_point time) {
  return fmt::format("{:%FT%TZ}", fmt::gmtime(std::chrono::system_clock::to_time_t(time)));
}

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
  // The clock counts nanoseconds, which reach from 1677 to 2262; docker's zero time is in the year 1.
  constexpr int first_year = 1678, last_year = 2261;
  if (!date.ok() || year < first_year || year > last_year) return std::nullopt;
  return std::chrono::sys_days(date) + std::chrono::hours(hour) + std::chrono::minutes(minute) +
         std::chrono::seconds(second);
}

std::string age_text(std::chrono::seconds age) {
  const auto in = [&](std::chrono::seconds unit, const char* name) { return counted(age / unit, name); };
  if (age < 1min) return in(1s, "second");
  if (age < 1h) return in(1min, "minute");
  if (age < 48h) return in(1h, "hour");
  return in(24h, "day");
}

std::string SystemRandom::hex(size_t bytes) {
  std::vector<unsigned char> random(bytes);
  if (getrandom(random.data(), random.size(), 0) != static_cast<ssize_t>(random.size())) {
    throw std::system_error(errno, std::generic_category(), "getrandom");
  }
  return kamal::hex(random);
}

std::chrono::system_clock::time_point SystemClock::now() { return std::chrono::system_clock::now(); }
std::chrono::steady_clock::time_point SystemClock::ticks() { return std::chrono::steady_clock::now(); }
bool SystemClock::sleep(std::chrono::milliseconds duration) { return interruption_.wait(duration); }

}  // namespace kamal
