#pragma once

#include <string>
#include <string_view>
#include <vector>

#include "kamal/config/loader.h"
#include "support/there.h"
#include "support/yaml_value.h"

// Configurations for tests: a small valid one, with YAML laid on top as a destination's file would be.
namespace kamal::test {

inline constexpr std::string_view minimal_yaml =
    "service: shop\n"
    "image: acme/shop\n"
    "servers: [ 192.0.2.1, 192.0.2.2 ]\n"
    "registry: { username: robot, password: sesame }\n"
    "builder: { arch: amd64 }\n";

inline Value with(std::string_view more) {
  const Value minimal = yaml_value(minimal_yaml);
  return more.empty() ? minimal : deep_merge(minimal, yaml_value(more));
}

// The minimal configuration without some of its keys.
inline Value without(const std::string& key, std::string_view more = "") {
  Value raw = with(more);
  std::erase_if(raw.map(), [&](const auto& entry) { return entry.first == key; });
  return raw;
}

inline config::Configuration configure(std::string_view more, const config::LoadOptions& options = {}) {
  return config::build_configuration(with(more), options);
}

inline std::vector<std::string> problems_of(const Value& raw, const config::LoadOptions& options = {}) {
  try {
    config::build_configuration(raw, options);
    return {};
  } catch (const ConfigurationError& error) {
    return texts(error.problems());
  }
}

inline std::vector<std::string> problems_with(std::string_view more,
                                              const config::LoadOptions& options = {}) {
  return problems_of(with(more), options);
}

inline std::vector<std::string> warnings_with(std::string_view more) {
  return texts(configure(more).warnings);
}

inline std::vector<std::string> names(const std::vector<Host>& hosts) {
  std::vector<std::string> list;
  for (const Host& host : hosts) list.push_back(host.str());
  return list;
}

inline const config::Role& role(const config::Configuration& configuration, const std::string& name) {
  return test::there(configuration.role(RoleName(name)));
}

using Pairs = std::vector<std::pair<std::string, std::string>>;

}  // namespace kamal::test
