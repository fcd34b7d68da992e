#include "kamal/support/environment.h"

#include <unistd.h>

#include <string_view>

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

}  // namespace kamal
