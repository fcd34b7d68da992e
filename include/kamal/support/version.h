#pragma once

namespace kamal {

// The release of Kamal that this program stands in for: what minimum_version is compared with.
inline constexpr const char* kamal_version = "2.12.0";

}  // namespace kamal
