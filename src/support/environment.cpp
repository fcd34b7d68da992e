#include "kamal/support/environment.h"

#include <unistd.h>

#include <stdexcept>
#include <string_view>

#include "kamal/support/strings.h"

namespace kamal {

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

}  // namespace kamal
