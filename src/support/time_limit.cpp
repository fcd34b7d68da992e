#include "kamal/support/time_limit.h"

#include <charconv>
#include <stdexcept>

namespace kamal {

std::optional<std::chrono::milliseconds> time_limit(const EnvironmentMap& environment,
                                                    const std::string& variable,
                                                    std::optional<std::chrono::milliseconds> by_default) {
  constexpr int most = 7 * 24 * 3600;
  const auto text = get(environment, variable);
  if (!text || text->empty()) return by_default;
  int seconds = 0;
  const char* const end = text->data() + text->size();
  const auto [parsed_to, error] = std::from_chars(text->data(), end, seconds);
  if (error != std::errc() || parsed_to != end || seconds < 0 || seconds > most)
    throw std::runtime_error(variable + " is " + *text +
                             ", but has to be a whole number of seconds (0 for no limit)");
  if (seconds == 0) return std::nullopt;
  return std::chrono::seconds(seconds);
}

std::optional<std::chrono::milliseconds> secrets_time_limit(const EnvironmentMap& environment) {
  return time_limit(environment, "KAMAL_SECRETS_TIMEOUT", std::chrono::seconds(600));
}

}  // namespace kamal
