#include "cli/build/remote_builder.h"

#include <string>
#include <string_view>

namespace kamal::cli {

std::optional<Host> remote_builder_host(const config::Configuration& config) {
  constexpr std::string_view scheme = "ssh://";
  if (!config.builder.remote || !config.builder.remote->starts_with(scheme)) return std::nullopt;
  const std::string place = config.builder.remote->substr(scheme.size());
  return Host(place.substr(0, place.find('/')));
}

}  // namespace kamal::cli
