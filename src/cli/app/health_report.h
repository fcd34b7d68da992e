#pragma once

#include <string>
#include <string_view>

namespace kamal::cli {

// What kamal-proxy's log says of the health checks that a container failed: each reason once, with a count,
// and what to look at. "" if the log has none.
std::string health_report(std::string_view log);

}  // namespace kamal::cli
